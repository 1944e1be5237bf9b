"""The words of the field: what means the same, what means the opposite, and what is contrasted.

Data alone. Phrases are lower case and without hyphens; a synonym's name may be any of its words.
"""

SYNONYMS = """
batchnorm: batch normalization, batch normalisation, batch norm
signature: digital signature, digital signatures, signatures
mac: message authentication code, message authentication codes, macs
kl: kl divergence, kullback leibler divergence, relative entropy, kullback leibler
mle: maximum likelihood estimation, maximum likelihood estimate, maximum likelihood estimator, maximum likelihood
mcts: monte carlo tree search
irl: inverse reinforcement learning
sft: supervised fine tuning, supervised finetuning, instruction tuning
rl: reinforcement learning
slm: small language model, small language models, small models, small model, slms
llm: large language model, large language models, llms
moe: mixture of experts, mixtures of experts, moes
trpo: trust region policy optimization
a3c: asynchronous advantage actor critic
actorcritic: actor critic, actor critics
policygradient: policy gradient, policy gradients
pi: policy iteration
vi: value iteration
qlearning: q learning
epsgreedy: epsilon greedy, e greedy, ε greedy
valuefunction: value function, value functions
treepolicy: tree policy
defaultpolicy: default policy, rollout policy
allreduce: all reduce, all reduces
deconvolution: transposed convolution, transpose convolution, deconv, deconvolutions, transposed convolutions, convtranspose, deconvolutional, fractionally strided convolution, transpose of a convolution
convolution: conv, convolutions, convolving, convolved, convolutional
checkerboard: checkerboard artifacts, checkerboard artefacts, checkerboard patterns, checkerboard pattern
pretraining: pre training, pretraining, pre trained, pretrained, pretrain
posttraining: post training
finetune: fine tune, fine tuning, fine tuned, finetuning
nexttoken: next token, next tokens, next word, next words
embedding: embedding table, embedding matrix, embeddings, embedding layer
unembedding: output embedding, unembeddings
hiddenwidth: hidden dimension, hidden size, hidden dim, model width, width, hidden_dim
vocabsize: vocabulary size, vocab size, size of the vocabulary, vocab_size
ratingmatrix: interaction matrix, interaction matrices, user item matrix, user item matrices, rating matrix, ratings matrix, rating matrices
learningrate: learning rate, learning rates, step size, step sizes
trainingtime: training time, learning time, time to train
testtime: test time, inference time, inference, decoding time, generation time
parameterserver: parameter server, parameter servers
sharedkey: shared key, shared secret, common key, secret key
privatekey: private key, secret signing key, signing key
publickey: public key, verification key
lorenzcurve: lorenz curve
equalityline: line of equality, equality line, diagonal
crossentropy: cross entropy, h(p,q), h(p, q)
nll: negative log likelihood
hidestrain: hard to fine tune
inputshift: internal covariate shift, covariate shift
rewardfunction: reward function, reward functions
rewardmodel: reward model, reward models
nonrepudiation: non repudiation
loadbalance: load balancing, load balance, balanced load
auxiliaryloss: auxiliary loss, balancing loss, load balancing loss, auxiliary losses, auxiliary loss term
oldpolicy: old policy, older policy, earlier policy, previous policy, earlier one, previous one, older one
averagereward: average reward, mean reward, mean of the rewards, average of the rewards
zerosum: zero sum, zero sum game
prompt: prompts, question, questions, query, queries
answer: response, responses, completion, completions, answers
output: outputs, result, results, outcome
network: neural network, neural networks, neural net, net, nets, networks, model, models
weights: weight, parameter, parameters, params, param
compute: computation, computational, computing, computations, flops
sum: total, whole, summed, sums, add up
mean: average, averaged, averages, averaging
probability: chance, probabilities, likely, probable
distribution: distributions, probability distribution, probability distributions
error: errors, mistake, mistakes
reward: rewards, payoff
return: returns
gradient: gradients, derivative, derivatives, slope
action: actions, move, moves
state: states, situation
agent: agents, learner
environment: environments, world
expert demonstrations: demonstrations, demonstration, demos, demo
dynamics: transition mechanics, transition dynamics, transitions mechanics, transition function, state transition, transition probabilities, mechanics
experience: experiences
exploration: explore, exploring, explores
exploitation: exploit, exploiting
individual: person, somebody, someone, single person, single holder, one holder, one person, single individual
everything: whole income, all income, all the income, perfect concentration, total concentration, holds everything, has everything, owns everything
measure: measures, measured, measuring, gauge, quantify, quantifies, metric
bound: bounds, bounded, limit, limits, limited, constraint, constraints, constrain, constrains, constrained, restrict, restricted, restriction
modify: modified, change, changes, changed, changing, alter, altered, alteration, modification, modifications, tamper, tampering
detect: detects, detected, notice, reveals, discover
sign: signs, signed, signing
verify: verifies, verified, verification, check, checks
send: sends, sent, transmit, push, pushes, sending
receive: receives, received, receiving
sender: signer
receiver: recipient, verifier
worker: workers, thread, threads, process, processes, learners
node: nodes, machine, machines, device, devices, replica, replicas
server: servers
update: updates, updated, updating, write, writes, written
wait: waits, waiting, block on
lock: locks, locked, locking
stale: older version, outdated, old version, older versions, out of date, old parameters, old weights
straggler: stragglers, slowest worker, slow worker, slow workers
communicate: communication, communicates, communicating, talk, exchange
collective: collectives
connect: connection, connections, link, links, interconnect
bottleneck: bottlenecks
token: tokens
router: routing, route, routes, routed, gate, gating
expert: experts
capacity: capacities
balance: balanced, balances, trade off, tradeoff, controls
group: groups
baseline: baselines
critic: critics, value model
actor: actors
estimate: estimates, estimated, estimator, estimators, evaluated, evaluate, approximate, approximated, approximates, estimation, approximation, stand in
simulate: simulation, simulations, simulated, playout, playouts, rollout, rollouts
select: selection, selects, selected
expand: expansion, expands
backup: backpropagation, backpropagated, backed up, back up, propagated back, propagates back, backs up
tree: trees
budget: budgets
exhaust: exhausted, used up, runs out, run out
exponential: exponentials, exponentiate, exponentiates, exponentiated, exponentiation, exp
normalize: normalise, normalizes, normalized, normalization, normalisation, normalises, normalised, normalizing
scoreof: score, scores, logit, logits
maximum: max, maximal, largest, maxima
minimum: min, minimal, smallest, minima
entropy: entropies
temperature: temperatures
peaky: peaked, sharp, sharply, spiky, concentrated
uniform: flat, evenly spread, spread out
smooth: smoothly
differentiable: differentiated, differentiability
everywhere: at every point, at all points, everyplace
only: cannot do more than, can do no more than, no more than, nothing but, nothing more than, solely, merely
unique: only solution, only distribution, only one that, only weighting, only answer, sole, its only solution, only one
vector: vectors, array
real: real valued
positive: positives, non negative
image: images, picture, pictures
zero: zeros, zeroes
insert: inserts, inserted, puts, put, places, placed
overlap: overlaps, overlapping
avoid: avoids, avoided, prevent, prevents, prevented, circumvent
ambiguous: misleading, misnomer, confusing, ambiguity, wrong name
resize: resizing, resized, upsampling first, interpolation
feature: features
variance: variances
covariance: covariances
consistency: consistent
decide: decides, choose, chooses, chosen, determine, determines, determined, determining, pick, picks, picking
converge: converges, converging, convergence, reach the optimum
optimal: optimum, optimally, best possible
improve: improvement, improves, improved, improving
evaluation: policy evaluation
repeat: repeated, repeats, alternates, iterate, iterates, over and over, until
stable: no longer changes, stops changing, does not change any more, stops to change, nothing changes, settles
once: only once, single, just once, one time
random: randomly, at random, arbitrary, random one
greedy: looks best, seems best, current best, currently best, best estimate, best looking, highest estimate
otherwise: else
learn: learns, learned, learnt, learning, trained, train, trains, training, acquire, acquires
imitate: imitates, imitation, imitating, copy, copies, copying, mimic, mimics, clone, cloning
observe: observing, observes, watching, watch, watches, seeing
teacher: demonstrator
hard: difficult, difficulty, tough, challenging, tricky
easy: simple, simply, easily, trivial, straightforward
manual: manually, by hand, hand written, handcrafted, hand crafted
specify: specifiy, specified, specifies, specifying, define, defining, write down, writing down
transfer: transferable, transfers, transferred, carries over
robust: robustness
behave: behaviour, behavior, behaves
task: tasks, job, jobs
few: limited, very few, handful, little
fail: fails, break down, breaks down, breaks, failed, collapse, collapses
diverse: diversity, varied, variety
global: shared, central
independent: independently, on its own, by themselves, its own
parallel: in parallel, concurrent, concurrently, simultaneous
together: at the same time, jointly, together with, simultaneously
detects: detect
integrity: intact
quick: fast, fastest, quicker, quickly
similarity: similar, alike, close to each other
dissimilarity: dissimilar, unlike each other, how different, difference between
generative: generate, generates, generating, generation, generated
suitable: appropriate, suited, suit, suits, fit for, works well, work well, good for
infinite: continuous, unbounded
space: spaces
language: languages
safe: safely
accumulate: accumulates, add up quickly, pile up, compound, compounds, build up
previous: preceding, earlier
oneofmany: one of many, one of several, among many, not the only, many different
newpolicy: new policy, updated policy
midtraining: mid training
bypass: goes around, go around, circumvents, gets around
nvlink: nv link
infiniband: roce
once more: again
true: ground truth, correct, actual, real ones
feed: fed, fed back, feeding, feeds
mismatch: discrepancy, gap, differs between, inconsistency
stage: stages, phase, phases
degree: amount, extent
inequality: unequal, unequality
equality: equal distribution, perfectly equal
ratio: quotient, fraction, share, proportion
area: areas
income: wealth, incomes
bottom: poorest
top: richest
better off: improves
dense: densely
sparse: sparsity, sparsely
empty: blank, unfilled, missing
full: filled, complete, completely filled
cold: cold start, coldstart
user: users
item: items
domain: domains
heterogeneous: heterogeneity, heterogenity, mismatched, mismatch between domains
two: both
issue: issues, problem, problems, challenges, challenge, trouble
translate: translates, translating, translated, verbalise
natural: naturally
capability: capabilities, ability, abilities, skill, skills, what the model could do, could do
destroy: destroys, wipe out, wipes out, erase, erases, forget, forgets, ruin
unstable: instability, fragile training
order: rank, ranks, ranking, ranked, ordering
human: humans, people, annotators, persons, everybody
preference: preferences, preferred
pair: pairs
skip: skips, no need for, needs no, need no, without, gets by without, does without, drops, dropping, omit, omits
cheap: cheaper, inexpensive, low cost
verifiable: verified automatically, checkable, verifier
reinforce: reinforces, strengthen, strengthens, encourages, encourage, encouraged, boost, boosts
discourage: discouraged, discourages, discouraging, suppress, suppressed, penalise, penalize, penalised, penalized, penalizes
tied: tying, shared weights
transpose: transposed
thin: small part, minor part, small share
memory: ram
efficient: efficiency
massive: huge, enormous, big gains, large gains
intensity: strength, strengths
interest: interests
sequence: sequences
element: elements
distill: distillation, distilling, distilled
cause: causes, caused, causing, leads to, lead to, leading to, results in, result in, resulting in, brings, bring, gives rise to, produces, produce, yields, yield, reason
require: requires, required, needs, need, needed, calls for, takes, take, must have
use: uses, used, using, usage, employ, employs, employed, built on, works with, based on
reduce: reduces, reducing, reduced
provide: provides, gives, give, offer, offers, offered, giving, lets, let, allow, allows, enable, enables, makes possible
become: becomes
keep: keeps, stay, stays, remain, remains, stick, sticks, sticks to
near: close, closely, nearby
follow: follows, followed
distance: distances
constant: constants
function: functions
value: values
point: points
part: parts
kind: type, sort, form, belongs to, class of, a kind of
name: called, named, stands for, short for, abbreviates, abbreviation, comes from
main: chief, principal, major, primary, primarily, mainly
scale: scales, scaling
size: sizes
corpus: corpora, text corpus
massive corpus: huge text corpus
guess: predict, predicts, predicting, prediction, predictions, guesses
demonstrate: demonstrated
within: inside, intra, intra node, within a node, within a server, inside a node, inside a server, within a single server, single server
between: inter, inter node, across, across servers, between servers, across nodes, between nodes
deadlock: deadlocks
synchronization: synchronisation, synchronize, synchronised, synchronized, synchronizing
compose: composed, made up, consist, consists, make up, makes up, constitute, comprise, comprises
iteration: iterations, round, rounds, sweep, sweeps
search: searches
time: times
word: words
criterion: criteria, preference criterion
explain: explains
belong: belongs
local: locally
"""

NEGATIONS = (
    "not no never none neither nor cannot without nothing nobody lack lacks lacking skip avoid "
    "bypass bypassing eliminate eliminates eliminating remove removes removing unless free "
    "hardly instead rather unlike"
)
"""Words that turn what they stand with into its opposite; after synonyms are taken."""

OPPOSITES = """
size: high higher highest large larger largest big bigger more greater increase increases increased increasing grow grows growing raise raises raising rise rises longer long above exceed exceeds | low lower lowest small smaller smallest less fewer decrease decreases decreased decreasing reduce shrink shrinks shrinking diminish lessen shorter short below fall falls drop thin
speed: fast faster quick quicker speed speeds accelerate accelerates speedup sooner rapid rapidly | slow slower slowly slows
policykind: onpolicy | offpolicy
likeness: same equal equals identical similarity agree agrees coincide coincides equivalent | different dissimilarity differ differs distinct separate separately mismatch another unequal own
easy: easy | hard
good: better best improve good well | worse worst bad badly
push: reinforce | discourage
block: blocking block blocks | nonblocking asynchronously
density: dense full | sparse empty
bias: biased | unbiased
stability: stable | unstable
independence: independent | dependent depends depend coupled
together: together | separate separately apart afterwards
symmetry: symmetric | asymmetric
extreme: maximize maximise maximizes maximises maximizing maximising | minimize minimise minimizes minimises minimizing minimising
near: near | far
order: before first early earlier start begins beginning | after last late later end ends
robust: robust | fragile brittle sensitive
know: know knows knowledge known aware idea | unknown ignorant
succeed: succeed succeeds success successful | fail
necessary: require necessary essential critical | unnecessary optional unneeded
equality: equality | inequality
peaky: peaky | uniform
certainty: always | sometimes
cost: expensive costly | cheap
sign: positive | negative
centre: central centralised centralized | decentralised decentralized
contrast: amplify amplifies amplified magnify magnifies exaggerate exaggerates sharpen sharpens | dampen dampens attenuate attenuates equalize equalizes flatten flattens evens
uniqueness: unique | oneofmany
tense: next | previous
synchrony: synchronous | asynchronous
share: global | local
"""

CONTRASTS = """
sarsa qlearning
actor critic
mac signature
sender receiver
publickey privatekey sharedkey
sign verify
pi vi
policy valuefunction
treepolicy defaultpolicy
select expand simulate backup
random greedy
epsilon otherwise
convolution deconvolution resize
input output
training testtime
pretraining midtraining sft preference posttraining
actorcritic policygradient
grpo ppo dpo
forward reverse
prior posterior
mean variance covariance median
sum product maximum
mle kl
numerator denominator
bottom top
within between
worker parameterserver
slm llm
softmax pointwise
teacher student
oldpolicy newpolicy
exploration exploitation
prompt answer
precision recall
source target
encoder decoder
ring tree
nvlink infiniband
hmac cmac
reward loss
gini palma
entropy crossentropy
"""
"""Words of one line are different things: a statement about one is not a claim about another."""

UNIVERSAL = frozenset(
    "all every each always any everywhere everyone whatever invariably everything necessarily".split()
)
PARTIAL = frozenset("some sometimes often usually may might mostly typically partly".split())
SOFTENED = frozenset("almost nearly practically virtually about roughly".split())

NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twice": "2", "half": "0.5", "third": "0.33", "quarter": "0.25",
    "zero": "0", "double": "2", "unit": "1",
}  # fmt: skip

EMPTY = frozenset(
    (
        "a an the of to in on at by for from with and or but as is are was were be been being it its "
        "this that these those they them their there which who what when where while if then than so "
        "do does did has have had would will should into over under up down out about through during "
        "again most both other such too very just also how why one way ways thing things lot lots get "
        "gets make makes made making him her his our your you we us i he she e g i.e e.g etc per vs "
        "only own more much many must can may might could whose whom because since via upon up towards "
        "try tries trying aim aims aimed aiming kind want wants seek seeks given case cases called "
        "term terms said say says so-called own hence thus therefore however exactly really quite "
        "means meaning mechanically words come comes go goes going particular certain"
    ).split()
)
