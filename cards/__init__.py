"""What is asked, and how it is graded: notes to cards, answers, variants, scheduling."""
