"""Fetches a base from the model hub, once; after that it is in the hub's cache on this machine."""

from collections.abc import Iterator
from pathlib import Path

from diffusers import DiffusionPipeline
from huggingface_hub.errors import (  # type: ignore[attr-defined]
    HFValidationError,
    HTTPError,  # its HTTP client's own, raised as it is for a connection that stalls
    RepositoryNotFoundError,
)

from protocol.errors import BaseMissing


def fetch(model: str) -> Path:
    """The folder with what is loaded of a model (owner/name). Raises `BaseMissing` with what to do."""
    try:
        return Path(DiffusionPipeline.download(model, use_safetensors=True))
    except HFValidationError as error:
        raise BaseMissing(f"{model} is neither a path that exists nor the id of a model on the hub.") from error
    except (OSError, HTTPError) as error:
        if any(isinstance(cause, RepositoryNotFoundError) for cause in chain(error)):
            raise BaseMissing(
                f"The hub has no model {model}, or it needs a login (hf auth login) and its licence accepted."
            ) from error
        raise BaseMissing(
            f"The model {model} is not on this machine and the hub cannot be reached. Fetch it where there is a "
            f"network (hf download {model}) and set STYLESEAL_BASE to its folder."
        ) from error
    except ValueError as error:
        raise BaseMissing(f"The model {model} cannot be used: {str(error).strip()[:300]}") from error


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what caused it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
