"""The English of the article's claims: what each says, what its chart is called, and what was measured of it."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural, Template

CLAIMS: dict[str, tuple[str, str]] = {
    "ferrari": (
        N_("Ferrari or truck"),
        N_(
            "A Ferrari brings one parcel soonest, a truck brings a thousand. A processor is the Ferrari: "
            "quick with a small load. A GPU is the truck: slow to start, but it carries far more at once, "
            "and burns less fuel for each parcel."
        ),
    ),
    "at-once": (
        N_("All at once"),
        N_(
            "Training is mostly matrix products. Their multiplications do not wait for each other, so all "
            "can be done at once instead of one after another. That is why GPUs are faster, and why even a "
            "processor need not be slow."
        ),
    ),
    "stages": (
        N_("Where the time goes"),
        N_(
            "A project prepares its data, trains a network, stores it and uses it. Training is said to be "
            "the most intensive part: a forward pass, a backward pass and an update of the weights, for "
            "every batch of images."
        ),
    ),
    "roofline": (
        N_("Under the roof"),
        N_(
            "No training is faster than arithmetic and memory allow: that is the roof. A spot near the "
            "slope waits for memory, one near the flat part for arithmetic; one far below both waits for "
            "something else."
        ),
    ),
    "accuracy": (
        N_("Time to accuracy"),
        N_(
            "That deep learning needs a data centre is a beginner's myth. It needs considerable hardware, "
            "not infinite: on a smaller computer it takes longer until a network works well enough, and "
            "here is how long."
        ),
    ),
    "milestones": (
        N_("Google, Stanford and this computer"),
        N_(
            "In 2012 Google trained a network that found cats on 1,000 machines with 16,000 cores in three "
            "days. In 2013 Stanford did as much on 12 gaming cards in three servers, in a couple of days. A"
            " processor's core and a card's core are not comparable; operations a second are."
        ),
    ),
    "scale": (
        N_("Among known hardware"),
        N_(
            "How many photos a second ResNet-50 trains on, as one source published it and as it was "
            "measured here. The scenarios are those of the verdict. Sources differ by up to twice for the "
            "same card: they are never mixed."
        ),
    ),
    "timeline": (
        N_("How graphics cards learnt to learn"),
        N_(
            "Eleven years lie between the first matrix product on a graphics card and the network that made"
            " them famous."
        ),
    ),
}
"""Title and lesson of each."""

WAYS = {
    "one-at-a-time": N_("one multiplication at a time (Python)"),
    "row-at-a-time": N_("one row at a time"),
    "one-core": N_("one core, whole matrices"),
    "all-cores": N_("all cores"),
    "all-at-once": N_("all at once"),
}
STAGES = {
    "preprocess": N_("prepare the images (one process)"),
    "transfer": N_("move them to the device"),
    "forward": N_("forward pass"),
    "backward": N_("backward pass"),
    "optimizer": N_("update the weights"),
    "store": N_("store the network"),
    "load": N_("load the network"),
    "deploy": N_("answer for one image"),
}
CAPTIONS = {
    "batch": N_("images in a batch"),
    "throughput": N_("images/s"),
    "gflops": N_("GFLOP/s"),
    "gflops-fp32": N_("GFLOP/s in fp32"),
    "intensity": N_("operations for each byte of memory"),
    "seconds": N_("seconds of training"),
    "accuracy": N_("% of unseen images right"),
    "resnet50": N_("ResNet-50, images/s"),
}
"""Of axes."""
MARKS: dict[str, Template] = {
    "crossover": Plural("from {batch} image on {device} leads", "from {batch} images on {device} leads", by="batch"),
    "knee": Plural("{batch} image is enough", "{batch} images are enough", by="batch"),
    "target": N_("{percent} %"),
    "roof": N_("roof of {device}"),
}
"""What is written at a line across a chart."""
MILESTONES = {
    "google": N_("Google 2012: 16,000 processor cores"),
    "google-value": N_("not published"),
    "stanford": N_("Stanford 2013: 12 x GTX 680, data sheet"),
    "author": N_("GT 740M, a laptop of 2013, data sheet"),
    "gtx1080": N_("GTX 1080, the article's best laptop, data sheet"),
    "here": N_("{device}, measured"),
}
MOMENTS: dict[str, str] = {
    "2001": N_("The first matrix product on a graphics card, disguised as a picture (Larsen and McAllister)."),
    "2005": N_("LU factorisation on a graphics card, as fast as on processors (Galoppo, Govindaraju and others)."),
    "2006": N_("NVIDIA presents CUDA: a graphics card is programmed as what it has become, a computer for numbers."),
    "2012": N_(
        "AlexNet wins ImageNet by far, trained on two GTX 580 in five to six days (Krizhevsky and others). "
        "Google's network finds cats with 16,000 processor cores."
    ),
    "2013": N_("Stanford trains as large a network with 12 graphics cards."),
    "2017": N_("NVIDIA's Volta has circuits for matrix products alone: tensor cores."),
}
THIS_COMPUTER = N_("This computer: {name}, {gflops} GFLOP/s in fp32.")

SENTENCES: dict[str, Template] = {
    "latency": N_(
        "{device} takes {one} ms for a step with one image, and {many} ms with {batch}: {gain} times the images "
        "for each second."
    ),
    "overtakes": N_("From batches of {batch} on {device} is ahead of {other}: here the truck overtakes the Ferrari."),
    "never-overtakes": N_("{device} stays behind {other} at every batch that was tried."),
    "lonely": N_("Only one device can train here, so there is nothing to compare it with."),
    "passes": N_(
        "Of a training step the forward pass takes {forward} %, the backward pass {backward} % and the update of "
        "the weights {update} %."
    ),
    "products": N_("{percent} % of the arithmetic of a step is in matrix products and convolutions."),
    "below-stanford": N_("On paper Stanford's twelve cards had {factor} times the arithmetic that {device} reaches."),
    "above-stanford": N_("{device} reaches {factor} times the arithmetic that Stanford's twelve cards had on paper."),
    "costs": N_(
        "What they cost is not in the papers: about 1 (Wired, 2013) to 5 million dollars (a course of NVIDIA's) "
        "at Google, 20,000 (Wired) to 33,000 dollars at Stanford."
    ),
    "papers": N_("Sources: Le and others, arXiv:1112.6209; Coates and others, PMLR 28(3):1337-1345, 2013."),
    "place": N_(
        "ResNet-50 trains at {rate} images/s on {device}: faster than {slower} of the {count} entries of {source}."
    ),
}
"""What was measured of a claim, beside what the evidence of a verdict says already."""
