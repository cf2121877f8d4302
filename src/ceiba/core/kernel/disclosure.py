"""What people outside the programme are told of a count, so that it points at nobody.

Counts are rounded to a multiple of `least`, and those below it are not told at all. Hiding small cells alone would
not do: a hidden cell beside its neighbours and their sum is found by subtraction, from one page or from two. Between
rounded numbers every subtraction is uncertain by more than a hidden cell holds.
"""

Count = int | None


def disclosed(count: int, least: int) -> Count:
    """`count` as it is told; None for "fewer than `least`". With `least` 0, as it is.

    >>> [disclosed(count, 5) for count in (0, 1, 4, 5, 7, 8, 1234)]
    [0, None, None, 5, 5, 10, 1235]
    """
    if least == 0 or count == 0:
        return count
    if count < least:
        return None
    return (count + least // 2) // least * least


def disclosed_amount(minor: int, count: int, least: int) -> int | None:
    """The amount of `count` people as it is told: as if it were paid to the people told of, or the count would be.

    >>> disclosed_amount(7 * 25_000, 7, 5)
    125000
    >>> disclosed_amount(3 * 25_000, 3, 5) is None
    True
    """
    told = disclosed(count, least)
    if told is None:
        return None
    return minor * told // count if count else minor
