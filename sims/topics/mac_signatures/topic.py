"""The topic that the claims and figures of this folder register with."""

from sims.topic import Topic

topic = Topic("mac-signatures")
