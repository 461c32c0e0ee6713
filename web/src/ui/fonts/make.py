"""Makes the fonts of this directory from the packages in node_modules: the letters of our three languages, the weights
we use, no hinting. By hand, when a language or a weight is added:

    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools brotli && /tmp/fonts/bin/python make.py

What is left out here is still in the packages' own files, which fonts.css names for it. The names inside are ours, as
the fonts' licence (OFL.txt) wants of a changed font."""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
PACKAGES = HERE / "../../../node_modules"
# Not Inter's contextual alternates: arrows drawn from hyphens cost an eighth of the file.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "rlig", "liga", "init", "medi", "fina", "isol"]

LATIN = "0020-007E 00A0-00FF 0131 0152-0153 02BB-02BC 02C6 02DA 02DC 0304 0308 0329 2000-206F 20AC 2122 2191 2193 2212 2215 FEFF FFFD"
# The names of the rest of Europe, and much more; asked for only where one of these letters stands.
LATIN_MORE = "0100-02BA 02BD-02C5 02C7-02CC 02CE-02D7 02DD-02FF 1D00-1DBF 1E00-1E9F 1EF2-1EFF 2020 20A0-20AB 20AD-20C0 2113"
# The alphabet with its marks and digits, and the letters that Persian and Urdu add to it.
ARABIC = "060C 061B 061F 0621-063A 0640-0655 0660-066C 0670-0671 0679 067E 0686 0688 0691 0698 06A9 06AF 06BA 06BE 06C0-06C3 06CC 06D2-06D5 06F0-06F9 200C-200F FDF2 FDFC"


def characters(ranges):
    for span in ranges.split():
        first, _, last = span.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def make(source, name, ranges, weights=None, features=FEATURES):
    font = TTFont(PACKAGES / source, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=features, name_IDs=[0, 1, 2, 13, 14])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters(ranges))
    cutter.subset(font)
    if weights:
        font = instancer.instantiateVariableFont(font, {"wght": weights})
    for record in font["name"].names:
        if record.nameID == 1:
            record.string = f"Atum {name.split('-')[0].title()}"
    font.flavor = "woff2"
    font.save(HERE / f"{name}.woff2")
    print(f"{name}: {(PACKAGES / source).stat().st_size} → {(HERE / f'{name}.woff2').stat().st_size} bytes")


if __name__ == "__main__":
    make("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "latin", LATIN, (400, 600))
    make("@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2", "latin-more", LATIN_MORE, (400, 600))
    make("@fontsource-variable/cinzel/files/cinzel-latin-wght-normal.woff2", "title", LATIN, 500)
    for weight in (400, 600):
        plex = f"@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic-{weight}-normal.woff2"
        make(plex, f"arabic-{weight}", ARABIC, features=[*FEATURES, "calt"])
