"""One module a topic, each a short paper: model, claims, figure, derivation."""
