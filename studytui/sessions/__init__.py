"""What goes on between a person and the cards, without a display."""
