#!/usr/bin/env python3
"""The photographs of the scoreboard, and what denoises them without learning.

    photographs.py collect FOLDER        photographs of Debian packages as PNG files, grey and in
                                         colour: for training, for the test, the test's with noise,
                                         and cut to one size, as `hourglass compress` wants them
    photographs.py denoise CLEAN NOISY OUT --choose-on TRAINING
                                         denoises by scikit-image; gives PSNR
    photographs.py psnr CLEAN DENOISED   PSNR of pictures of the same names
    photographs.py strip OUT.PNG FOLDER,FOLDER… NAME,LEFT,TOP…
                                         parts of pictures, a column a folder
    photographs.py rates COMPRESS.JSON PICTURES
                                         PSNR at some rates, from what `hourglass compress
                                         --rate-distortion` wrote, and of JPEG
"""

import argparse
import io
import itertools
import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import restoration

SIGMA = 25 / 255
SHARE = Path("/usr/share")
PACKAGES = Path("/usr/lib/python3/dist-packages")
LONGEST = 1024  # of a training photograph's sides: as sharp as the smaller ones of the test
CUT = (448, 288)  # width and height, which all photographs of the test have

# Licences are in /usr/share/doc/PACKAGE/copyright. Pictures that are painted or computed are left
# out. Of plasma-workspace-wallpapers each is a folder.
TRAINING = {
    "mate-backgrounds": "backgrounds/mate/nature: Aqua Blinds Dune FreshFlower Garden GreenMeadow "
                        "LadyBird RainDrops Storm TwoWings Wood YellowFlower",
    "lomiri-wallpapers-16.04": "backgrounds: Bridge_by_Sander_Klootwijk Dragonfly_by_Bolly "
                               "Picture_0B_by_freespace Picture_1A_by_freespace "
                               "Wine_by_Jakkub_Mede aitzgorri_by_Aitzol_Berasategi "
                               "free_by_Peter_Nerlich friends_by_Aitzol_Berasategi "
                               "greentock_by_Peter_Nerlich life_by_Aitzol_Berasategi "
                               "picosdeeuropa_by_Aitzol_Berasategi seeding_by_Clements_Engelhardt "
                               "sunset_by_Aitzol_Berasategi",
    "lomiri-wallpapers-20.04": "backgrounds: Kleiber_by_Lukas_Baubkus",
    "palapeli-data": "palapeli/collection: castle-maintenon cincinnati-bridge citrus-fruits "
                     "european-honey-bee panther-chameleon-female",
    "plasma-workspace-wallpapers": "wallpapers: BytheWater ColdRipple ColorfulCups EveningGlow "
                                   "FallenLeaf Grey Kite OneStandsOut Path",
}
TEST = {
    "python3-skimage": "skimage/data: astronaut.png camera.png chelsea.png coffee.png "
                       "motorcycle_left.png rocket.jpg",
    "python3-sklearn": "sklearn/datasets/images: china.jpg flower.jpg",
}


class Mistake(Exception):
    """What is wrong with what was asked for: one line."""


def files_of(packages, root):
    for package, listed in packages.items():
        folder, names = listed.split(": ")
        for name in names.split():
            file = root / folder / name
            if file.is_dir():
                file /= "contents/images/2560x1600.jpg"
            elif not file.suffix:
                file = file.with_suffix(".jpg")
            if not file.exists():
                raise Mistake(f"{file} is missing: install Debian's package {package}")
            yield Path(name).stem, file


def save(picture, *place):
    """At every moment the file is as it was or whole."""
    file = Path(*place)
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.info = {}  # no profile of colours, which would make the file larger
    picture.save(file.with_suffix(".new"), "PNG", compress_level=1)
    file.with_suffix(".new").replace(file.with_suffix(".png"))


def save_both(picture, folder, split, name):
    if picture.mode == "RGB":
        save(picture, folder, f"colour{split}", name)
    save(picture.convert("L"), folder, f"grey{split}", name)


def middle(picture, width, height):
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def collect(given):
    """Training photographs twice, at LONGEST and half of it; the test's as they are. What is newer
    than this script stays as it is."""
    def is_there(split, name):
        file = given.folder / f"grey{split}" / f"{name}.png"
        return file.exists() and file.stat().st_mtime > Path(__file__).stat().st_mtime
    training, test = list(files_of(TRAINING, SHARE)), list(files_of(TEST, PACKAGES))
    for name, file in training:
        if is_there("/train", f"{name}-half"):
            continue
        picture = Image.open(file).convert("RGB")
        for side, ending in ((LONGEST, ""), (LONGEST // 2, "-half")):
            picture.thumbnail((side, side), Image.LANCZOS)
            save_both(picture, given.folder, "/train", name + ending)
    for seed, (name, file) in enumerate(test):
        if is_there("-cut", name):
            continue
        picture = Image.open(file)
        save_both(picture, given.folder, "/test", name)
        for kind in ("grey", "colour"):
            if (clean := given.folder / kind / "test" / f"{name}.png").exists():
                noisy = with_noise(read(clean), np.random.default_rng(seed))
                save(as_image(noisy), given.folder, f"{kind}-noisy", name)
        save_both(middle(picture, *CUT), given.folder, "-cut", name)
    return {"training": len(training), "test": len(test)}


def read(file):
    return np.asarray(Image.open(file)) / 255


def in_bytes(picture):
    """As a file of 8 bits has it."""
    return np.round(np.clip(picture, 0, 1) * 255) / 255


def with_noise(picture, rng):
    """Cut off at black and white, as a file of 8 bits has it."""
    return in_bytes(picture + rng.normal(0, SIGMA, picture.shape))


def as_image(picture):
    return Image.fromarray(np.round(picture * 255).astype(np.uint8))


def psnr(picture, clean):
    return -10 * math.log10(np.mean((in_bytes(picture) - clean) ** 2))


def channels(picture):
    return {"channel_axis": -1 if picture.ndim == 3 else None}


def non_local_means(noisy, fast_mode, patch_size, h):
    return restoration.denoise_nl_means(noisy, patch_size, patch_distance=9, h=h * SIGMA,
                                        sigma=SIGMA, fast_mode=fast_mode, **channels(noisy))


def wavelets(noisy, wavelet, mode, shifts):
    """BayesShrink, averaged over shifts; in colour of luma and chroma, whose noise is estimated."""
    colour = noisy.ndim == 3
    settings = {"wavelet": wavelet, "mode": mode, "convert2ycbcr": colour,
                "sigma": None if colour else SIGMA, **channels(noisy)}
    return restoration.cycle_spin(noisy, restoration.denoise_wavelet, max_shifts=shifts,
                                  func_kw=settings, num_workers=1, **channels(noisy))


def total_variation(noisy, weight):
    return restoration.denoise_tv_chambolle(noisy, weight, eps=1e-4, max_num_iter=300,
                                            **channels(noisy))


BASELINES = {
    "non_local_means": (non_local_means, {"fast_mode": [True, False], "patch_size": [5, 7],
                                          "h": [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]}),
    "wavelets": (wavelets, {"wavelet": ["db1", "db2", "sym4", "bior4.4"],
                            "mode": ["soft", "hard"], "shifts": [7]}),
    "total_variation": (total_variation, {"weight": [0.06, 0.07, 0.08, 0.1, 0.12, 0.15]}),
}


def training_crops(folder):
    """The middles of some training photographs, clean and noisy."""
    rng = np.random.default_rng(1)
    for file in sorted(folder.glob("*.png"))[::10]:
        clean = np.asarray(middle(Image.open(file), 128, 128)) / 255
        yield clean, with_noise(clean, rng)


def best_settings(function, grid, crops):
    """Of all combinations the one that is best on the crops."""
    def on_crops(settings):
        return np.mean([psnr(function(noisy, **settings), clean) for clean, noisy in crops])
    return max((dict(zip(grid, values)) for values in itertools.product(*grid.values())),
               key=on_crops)


def mean_psnr(clean, folder):
    """Of the pictures of both folders: the mean, and each."""
    each = {file.stem: psnr(read(folder / file.name), read(file))
            for file in sorted(clean.glob("*.png"))}
    return {"psnr": float(np.mean(list(each.values()))), "pictures": each}


def denoise(given):
    """By each method, with the settings that are best on training photographs."""
    crops = list(training_crops(given.choose_on))
    results = {"noisy": mean_psnr(given.clean, given.noisy)}
    for method, (function, grid) in BASELINES.items():
        settings = best_settings(function, grid, crops)
        for file in given.noisy.glob("*.png"):
            save(as_image(in_bytes(function(read(file), **settings))),
                 given.out, method, file.stem)
        results[method] = {**mean_psnr(given.clean, given.out / method), "settings": settings}
    return {**results, "best": max(results[method]["psnr"] for method in BASELINES)}


def at_rate(points, rate):
    """PSNR at a rate, by a straight line over its logarithm; None beyond the ends."""
    points = sorted((point["bits_per_pixel"], point["psnr"]) for point in points)
    for (low, worse), (high, better) in itertools.pairwise(points):
        if low <= rate <= high:
            part = math.log(rate / low) / math.log(high / low) if high > low else 0
            return worse + part * (better - worse)
    return None


def jpeg_curve(folder):
    """Of whole pictures, which is better for JPEG than tiles; every byte of the files is counted."""
    pictures = [Image.open(file) for file in sorted(folder.glob("*.png"))]
    numbers = sum(np.asarray(picture).size for picture in pictures)
    for quality in (1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90):
        size, errors = 0, 0.0
        for picture in pictures:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True)
            size += len(file.getvalue())
            rebuilt = np.asarray(Image.open(file)) / 255
            errors += np.sum((rebuilt - np.asarray(picture) / 255) ** 2)
        yield {"bits_per_pixel": 8 * size / numbers, "psnr": -10 * math.log10(errors / numbers)}


def rates(given):
    """PSNR of the model, of PCA (the best of its curves) and of JPEG."""
    curves = {}
    for point in json.loads(given.compress.read_text())["rate_distortion"]:
        curves.setdefault(point["coder"], []).append(point)
    ours = next(iter(curves))  # the model's comes first
    who = {"ours": [curves[ours]],
           "pca": [curve for coder, curve in curves.items() if coder.startswith("PCA")],
           "jpeg": [list(jpeg_curve(given.pictures))]}
    return {f"{name}_{text}": max((psnr for curve in of
                                   if (psnr := at_rate(curve, rate)) is not None), default=None)
            for name, of in who.items()
            for text, rate in (("quarter", 0.25), ("half", 0.5), ("one", 1))}


def strip(given):
    folders, side, gap = [Path(folder) for folder in given.folders.split(",")], 192, 4
    sheet = Image.new("RGB", (len(folders) * (side + gap) - gap,
                              len(given.places) * (side + gap) - gap), "white")
    for line, place in enumerate(given.places):
        name, left, top = place.split(",")
        box = (int(left), int(top), int(left) + side, int(top) + side)
        for column, folder in enumerate(folders):
            part = Image.open(folder / f"{name}.png").convert("RGB").crop(box)
            sheet.paste(part, (column * (side + gap), line * (side + gap)))
    sheet.save(given.out)
    return {}


def main():
    parser = argparse.ArgumentParser(prog="photographs.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("collect")
    one.add_argument("folder", type=Path)
    one.set_defaults(run=collect)
    one = commands.add_parser("denoise")
    one.add_argument("clean", type=Path)
    one.add_argument("noisy", type=Path)
    one.add_argument("out", type=Path)
    one.add_argument("--choose-on", type=Path, required=True)
    one.set_defaults(run=denoise)
    one = commands.add_parser("psnr")
    one.add_argument("clean", type=Path)
    one.add_argument("denoised", type=Path)
    one.set_defaults(run=lambda given: mean_psnr(given.clean, given.denoised))
    one = commands.add_parser("strip")
    one.add_argument("out", type=Path)
    one.add_argument("folders", metavar="FOLDER,FOLDER…")
    one.add_argument("places", nargs="+", metavar="NAME,LEFT,TOP")
    one.set_defaults(run=strip)
    one = commands.add_parser("rates")
    one.add_argument("compress", type=Path)
    one.add_argument("pictures", type=Path)
    one.set_defaults(run=rates)
    for one in commands.choices.values():
        one.add_argument("--json", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # of wavelet levels, which scikit-image chose itself
    try:
        text = json.dumps(given.run(given), indent=2)
    except Mistake as mistake:
        print(f"photographs: {mistake}", file=sys.stderr)
        return 2
    given.json.write_text(text + "\n") if given.json else print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
