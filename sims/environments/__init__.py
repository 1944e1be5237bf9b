"""Environments, one a file: exact tables or closed forms, each beside a batched sampler."""
