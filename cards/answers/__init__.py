"""How an answer is graded: one module for each kind of answer, and `grade` that picks one."""
