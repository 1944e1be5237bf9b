"""From text and LaTeX to the tree, and back."""
