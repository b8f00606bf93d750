"""Small images and what PIL and numpy make of them, for services/engine/inference/images.

    python make_images.py > images.json        (Pillow 13.0.0, numpy)

Bytes are given as the SHA-256 of height x width x channels, tensors as that of float32 channels x height x width.
"""
import base64
import hashlib
import io
import json
import sys

import numpy as np
from PIL import Image, ImageOps, __version__

KERNELS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
rng = np.random.default_rng(7)


def smooth(height, width):
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin(x / 7 + y / 11), 127 + 120 * np.cos(x / 5 - y / 9), (x * 3 + y * 5) % 256]
    return np.clip(np.stack(waves, -1) + rng.normal(0, 10, (height, width, 3)), 0, 255).astype(np.uint8)


def turned(image):
    exif = Image.Exif()
    exif[0x0112] = 6
    return {"exif": exif}


rgb = lambda height, width: Image.fromarray(smooth(height, width))
images = {
    "baseline.jpg": (rgb(60, 83), {"format": "JPEG", "quality": 80}),
    "progressive.jpg": (rgb(48, 40), {"format": "JPEG", "quality": 60, "progressive": True}),
    "turned.jpg": (rgb(40, 56), {"format": "JPEG", "quality": 80, **turned(None)}),
    "gray.jpg": (rgb(50, 50).convert("L"), {"format": "JPEG"}),
    "cmyk.jpg": (rgb(44, 52).convert("CMYK"), {"format": "JPEG", "quality": 70}),
    "plain.png": (rgb(33, 47), {"format": "PNG"}),
    "palette.png": (rgb(40, 40).quantize(16), {"format": "PNG"}),
    "alpha.png": (Image.fromarray(np.dstack([smooth(36, 40), rng.integers(0, 256, (36, 40), dtype=np.uint8)])), {"format": "PNG"}),
    "lossy.webp": (rgb(64, 48), {"format": "WEBP", "quality": 70}),
}
orders = [
    {"resize": 32, "crop": [28, 28], "interpolation": "bilinear", "color": "rgb"},
    {"resize": 31, "crop": [28, 27], "interpolation": "bicubic", "color": "rgb"},
    {"resize": 25, "crop": [24, 24], "interpolation": "lanczos", "color": "gray"},
    {"resize": 72, "crop": None, "interpolation": "bicubic", "color": "bgr"},
    {"resize": None, "crop": [29, 31], "interpolation": "bilinear", "color": "rgb"},
]
MEAN, STD = {3: [0.485, 0.456, 0.406], 1: [0.1307]}, {3: [0.229, 0.224, 0.225], 1: [0.3081]}


def prepared(file, order):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")
    if order["color"] == "gray":
        image = image.convert("L")
    if order["resize"]:
        width, height = image.size
        side = order["resize"]
        size = (side, int(side * height / width)) if width <= height else (int(side * width / height), side)
        image = image.resize(size, KERNELS[order["interpolation"]])
    if order["crop"]:
        width, height = image.size
        top, left = int(round((height - order["crop"][0]) / 2.0)), int(round((width - order["crop"][1]) / 2.0))
        image = image.crop((left, top, left + order["crop"][1], top + order["crop"][0]))
    pixels = np.asarray(image).reshape(image.size[1], image.size[0], -1)
    if order["color"] == "bgr":
        pixels = np.ascontiguousarray(pixels[..., ::-1])
    return pixels


digest = lambda array: hashlib.sha256(array.tobytes()).hexdigest()
files, cases = {}, []
for name, (image, how) in images.items():
    file = io.BytesIO()
    image.save(file, **how)
    files[name] = base64.b64encode(file.getvalue()).decode()
    for order in orders:
        pixels = prepared(file.getvalue(), order)
        channels = pixels.shape[2]
        mean, std = np.array(MEAN[channels], np.float32), np.array(STD[channels], np.float32)
        tensor = (pixels.astype(np.float32) / np.float32(255) - mean) / std
        tensor = np.ascontiguousarray(tensor.transpose(2, 0, 1))
        preprocess = {**order, "mean": MEAN[channels], "std": STD[channels]}
        cases.append({"image": name, "preprocess": preprocess, "shape": tensor.shape, "tensor": digest(tensor)})

json.dump({"made_by": f"Pillow {__version__}, numpy {np.__version__}", "files": files, "cases": cases}, sys.stdout)
