"""What is true: a small verified library of experiments, and the safe maths language they share."""
