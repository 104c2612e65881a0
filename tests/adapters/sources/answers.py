"""What the sites' APIs answer, as small as it can be and still be true to them."""

import hashlib
from typing import Any

from tests.adapters.files import tiny_adapter

FILE = tiny_adapter(1)
SHA256 = hashlib.sha256(FILE).hexdigest()
COMMIT = "0123456789abcdef" * 2 + "01234567"


def civitai_file(**fields: Any) -> dict[str, Any]:
    return {
        "id": 9,
        "name": "inkWoodcut_v2.safetensors",
        "type": "Model",
        "sizeKB": len(FILE) / 1024,
        "metadata": {"format": "SafeTensor"},
        "hashes": {"AutoV2": SHA256[:10].upper(), "SHA256": SHA256.upper()},
        "downloadUrl": "https://civitai.com/api/download/models/22",
        "primary": True,
    } | fields


def civitai_version(number: int = 22, *files: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "modelId": 7,
        "name": f"v{number}",
        "baseModel": "SDXL 1.0",
        "nsfwLevel": 1,
        "trainedWords": ["in ink style, <lora:ink:0.8> (woodcut:1.2)", "Woodcut"],
        "files": list(files) or [civitai_file()],
    } | fields


def civitai_model(*versions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "name": "Ink Woodcut",
        "type": "LORA",
        "nsfw": False,
        "allowNoCredit": False,
        "allowCommercialUse": ["Image", "RentCivit"],
        "allowDerivatives": True,
        "allowDifferentLicense": False,
        "creator": {"username": "carver"},
        "modelVersions": list(versions) or [civitai_version()],
    } | fields


def hugging_face_file(path: str = "ink.safetensors", **fields: Any) -> dict[str, Any]:
    lfs = {"sha256": SHA256, "size": len(FILE), "pointerSize": 130}
    return {"rfilename": path, "size": len(FILE), "blobId": "ab" * 20, "lfs": lfs} | fields


def hugging_face_model(*files: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "id": "carver/ink-woodcut",
        "sha": COMMIT,
        "tags": ["diffusers", "lora"],
        "siblings": [{"rfilename": "README.md", "size": 40}, *(files or (hugging_face_file(),))],
        "cardData": {
            "license": "cc-by-4.0",
            "base_model": "stabilityai/stable-diffusion-xl-base-1.0",
            "instance_prompt": "in ink style",
        },
    } | fields
