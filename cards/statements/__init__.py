"""What the sentences of a note say: their words, their polarity, and the claims that they are."""
