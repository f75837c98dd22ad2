"""Which of two ways of training is faster, by windows of both in turn: a neighbour slows down both alike."""

from __future__ import annotations

from dataclasses import dataclass

from .window_statistics import Rate, confidence_interval

WORTH = 1.03
"""A challenger must be so many times as fast as the champion: smaller differences are noise."""
CLEAR, CLEAR_PAIRS = 1.3, 2
"""A duet is over where each of so many pairs has shown the same one so many times as fast as the other."""
SURE_PAIRS = 6
"""So many pairs make an interval of 95 %: six equal coins all fall on the same side in 1 of 32 throws."""


@dataclass(frozen=True, slots=True)
class Duet:
    """The rates of both in pairs of windows, at least one pair."""

    challenger: tuple[float, ...]
    champion: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """How many times as fast as the champion the challenger was in each pair."""
        return [ours / theirs for ours, theirs in zip(self.challenger, self.champion, strict=True)]

    @property
    def ratio(self) -> Rate:
        """The median of the pairs and its 95 % interval, see `confidence_interval`."""
        return confidence_interval(self.ratios)

    @property
    def won(self) -> bool:
        """Whether the challenger is faster by more than noise."""
        return self.ratio.median > WORTH and self.ratio.low > 1

    @property
    def decided(self) -> bool:
        """Whether more pairs are not worth their time: one is clearly faster, or the interval leaves no doubt."""
        ratios = self.ratios
        clear = min(ratios) > CLEAR or max(ratios) < 1 / CLEAR
        sure = self.won or self.ratio.high < WORTH
        return (clear and len(ratios) >= CLEAR_PAIRS) or (sure and len(ratios) >= SURE_PAIRS)
