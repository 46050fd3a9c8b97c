#!/usr/bin/env python3
"""The photographs of the scoreboard, and what denoises them without learning.

    photographs.py collect FOLDER             photographs of Debian packages as PNG files, grey and
                                              in colour: for training, for the test, and the test's
                                              cut to one size, as `hourglass compress` wants them
    photographs.py denoising CLEAN DENOISED --choose-on FOLDER
                                              PSNR of what `hourglass reconstruct --noise` wrote,
                                              beside that of scikit-image on the same noisy pictures
    photographs.py rates COMPRESS.JSON        PSNR at some rates, from a step with --rate-distortion
"""

import argparse
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
    for name, file in test:
        if is_there("-cut", name):
            continue
        picture = Image.open(file)
        save_both(picture, given.folder, "/test", name)
        save_both(middle(picture, *CUT), given.folder, "-cut", name)
    return {"training": len(training), "test": len(test)}


def read(file):
    return np.asarray(Image.open(file)) / 255


def in_bytes(picture):
    """As a file of 8 bits has it."""
    return np.round(np.clip(picture, 0, 1) * 255) / 255


def psnr(picture, clean):
    return -10 * math.log10(np.mean((in_bytes(picture) - clean) ** 2))


def channels(picture):
    return {"channel_axis": -1 if picture.ndim == 3 else None}


def non_local_means(noisy, patch_size, h):
    return restoration.denoise_nl_means(noisy, patch_size, patch_distance=8, h=h * SIGMA,
                                        sigma=SIGMA, fast_mode=False, **channels(noisy))


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
    "non_local_means": (non_local_means, {"patch_size": [5, 7], "h": [0.6, 0.7, 0.8, 0.9, 1.0, 1.1]}),
    "wavelets": (wavelets, {"wavelet": ["db1", "db2", "sym4", "bior4.4"],
                            "mode": ["soft", "hard"], "shifts": [3]}),
    "total_variation": (total_variation, {"weight": [0.06, 0.07, 0.08, 0.1, 0.12, 0.15]}),
}


def training_crops(folder):
    """The middles of some training photographs, clean and noisy."""
    noise = np.random.default_rng(1)
    for file in sorted(folder.glob("*.png"))[::10]:
        clean = np.asarray(middle(Image.open(file), 128, 128)) / 255
        yield clean, in_bytes(clean + noise.normal(0, SIGMA, clean.shape))


def best_settings(denoise, grid, crops):
    """Of all combinations the one that is best on the crops."""
    def mean_psnr(settings):
        return np.mean([psnr(denoise(noisy, **settings), clean) for clean, noisy in crops])
    return max((dict(zip(grid, values)) for values in itertools.product(*grid.values())),
               key=mean_psnr)


def denoising(given):
    """Everybody gets the noisy pictures that lie beside ours, and gives pictures of 8 bits."""
    crops = list(training_crops(given.choose_on))
    names = sorted(file.stem for file in given.clean.glob("*.png"))
    clean = {name: read(given.clean / f"{name}.png") for name in names}
    noisy = {name: read(given.denoised / f"{name}.noisy.png") for name in names}
    results = {"ours": {name: psnr(read(given.denoised / f"{name}.png"), clean[name])
                        for name in names},
               "noisy": {name: psnr(noisy[name], clean[name]) for name in names}}
    settings = {}
    for method, (denoise, grid) in BASELINES.items():
        settings[method] = best_settings(denoise, grid, crops)
        results[method] = {}
        for name in names:
            picture = denoise(noisy[name], **settings[method])
            results[method][name] = psnr(picture, clean[name])
            if given.pictures:
                save(Image.fromarray(np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)),
                     given.pictures, method, name)
    means = {method: float(np.mean(list(of.values()))) for method, of in results.items()}
    best = max(means[method] for method in BASELINES)
    return {**means, "best": best, "wanted": best + 1, "settings": settings, "pictures": results}


def at_rate(points, rate):
    """PSNR at a rate, by a straight line over its logarithm; None beyond the ends."""
    points = sorted((point["bits_per_pixel"], point["psnr"]) for point in points)
    for (low, worse), (high, better) in itertools.pairwise(points):
        if low <= rate <= high:
            part = math.log(rate / low) / math.log(high / low) if high > low else 0
            return worse + part * (better - worse)
    return None


def rates(given):
    """Of PCA and of JPEG the best of their curves."""
    curves = {}
    for point in json.loads(given.compress.read_text())["rate_distortion"]:
        curves.setdefault(point["coder"], []).append(point)
    ours = next(iter(curves))  # the model's comes first
    result = {}
    for rate, name in ((0.25, "quarter"), (0.5, "half"), (1, "one")):
        for who, starts in (("ours", ours), ("pca", "PCA"), ("jpeg", "JPEG")):
            found = [at_rate(curve, rate) for coder, curve in curves.items()
                     if coder.startswith(starts)]
            result[f"{who}_{name}"] = max((psnr for psnr in found if psnr is not None), default=None)
    return result


def main():
    parser = argparse.ArgumentParser(prog="photographs.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("collect")
    one.add_argument("folder", type=Path)
    one.set_defaults(run=collect)
    one = commands.add_parser("denoising")
    one.add_argument("clean", type=Path)
    one.add_argument("denoised", type=Path)
    one.add_argument("--choose-on", type=Path, required=True)
    one.add_argument("--pictures", type=Path, help="keep the baselines' pictures in this folder")
    one.set_defaults(run=denoising)
    one = commands.add_parser("rates")
    one.add_argument("compress", type=Path)
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
