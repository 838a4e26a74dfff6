"""The characters that GB18030-2022 took off private-use code points."""

from __future__ import annotations

MOVED = {  # GB18030-2022 gave these 18 + 6 private-use code points of earlier editions their characters
    **dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True)),
    **dict(
        zip(
            (0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864),
            range(0x9FB4, 0x9FBC),
            strict=True,
        )
    ),
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
}
