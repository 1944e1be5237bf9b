"""Why a card is not worth keeping: one module for each thing that can be wrong with it."""
