"""Two stores made one: their logs united, their cards brought up to the latest of both."""
