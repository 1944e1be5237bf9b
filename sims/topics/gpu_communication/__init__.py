"""GPU communication: links, collectives, groups, and the order of operations.

NCCL, NVLink and InfiniBand are not here: what NCCL does is quoted from its documentation, and what
any such library must do is run with torch.distributed's gloo backend as a stand-in. Sources: NCCL
user guide (group calls, point-to-point communication, communicators, streams); NCCL release notes
2.7 (send and receive); CUDA programming guide (peer-to-peer memory copies).
"""

from sims.topics.gpu_communication import claims, figures
from sims.topics.gpu_communication.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
