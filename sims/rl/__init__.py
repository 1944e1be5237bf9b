"""Reinforcement learning: finite MDPs, dynamic programming, environments."""
