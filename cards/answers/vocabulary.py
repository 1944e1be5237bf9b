"""Known words: what differs from one by a letter may be another word, and no slip."""

from collections.abc import Callable, Collection
from functools import cache

from rapidfuzz.distance import OSA

from cards.text.words import word_set

LONG_ENOUGH = 5
"""Letters from which one wrong letter is taken for a slip; in shorter words it changes the word."""

_CLASSES = ("ane", "ene", "yne", "ol", "al", "one", "ate", "ite", "ide", "ase", "ose", "ine",
            "ic", "ous", "yse", "sen", "son")  # fmt: skip
"""Endings of which each makes another word or name of a stem, mostly in chemistry."""

_TERMS = word_set("""
    adam adamw adagrad adadelta adamax nadam rmsprop softmax hardmax argmax argmin minmax maxmin
    quantile quantiles quartile quartiles decile percentile logit logits probit tanh sigmoid relu
    gelu silu elu selu tensor covariate covariates covariance unicast multicast broadcast downcast
    upcast interpolate extrapolate overfit underfit overfitting underfitting dropout lstm gru rnn
    cnn gan autoencoder encoder decoder embedding embeddings preimage mutex mutexes deadlock
    livelock endpoint hyperparameter hyperparameters bilinear eigenvalue eigenvector
    homoscedastic heteroscedastic endogenous exogenous isotropic anisotropic pretraining
    finetuning priori apriori backprop backpropagation regularizer regulariser sobel sobol
""")
"""Terms that differ from another term by a letter or two, and are in no dictionary."""


def is_word(word: str) -> bool:
    """Whether a word in lower case is a term, or stands in a list of English words."""
    return word in _TERMS or word in _english()


@cache
def _english() -> Collection[str]:
    """Return the list of English words that ships with the spell checker; loaded when needed."""
    from spellchecker import SpellChecker

    words: Collection[str] = SpellChecker(language="en").word_frequency.dictionary
    return words


def _of_another_class(wanted: str, typed: str) -> bool:
    """Whether two words part in an ending that names another class: ethanol, ethanal."""
    ours = {wanted.removesuffix(end) for end in _CLASSES if wanted.endswith(end)}
    theirs = {typed.removesuffix(end) for end in _CLASSES if typed.endswith(end)}
    return bool(ours & theirs)


def is_slip(wanted: str, typed: str, known: Callable[[str], bool] = is_word) -> bool:
    """Whether a word is another with one letter wrong, and no word of its own.

    Slips seldom fall on a first letter, where opposites differ: symmetric, asymmetric.
    """
    if len(wanted) < LONG_ENOUGH or not (wanted.isalpha() and typed.isalpha()):
        return False
    if (
        wanted[0] != typed[0]
        or _of_another_class(wanted, typed)
        or OSA.distance(wanted, typed, score_cutoff=1) != 1
    ):
        return False
    return not known(typed)
