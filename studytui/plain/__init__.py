"""Study and quiz line by line."""
