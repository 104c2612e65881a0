"""What of a prompt a base's text encoder reads, by its tokenizer."""

from typing import Any

LONGEST_SENSIBLE = 100_000
"""Tokenizers without a limit say so by a number above this."""


class TokenizerReader:
    """`engine.prompt.Reader` over a Hugging Face tokenizer. `limit` is in tokens, where the pipeline has its own."""

    def __init__(self, tokenizer: Any, limit: int = LONGEST_SENSIBLE) -> None:
        self.tokenizer = tokenizer
        limit = min(limit, int(tokenizer.model_max_length))
        self.limit = limit if limit < LONGEST_SENSIBLE else None

    def read_until(self, text: str) -> int:
        if self.limit is None:
            return len(text)
        read = self.tokenizer(text, truncation=True, max_length=self.limit, return_offsets_mapping=True)
        whole = self.tokenizer(text, return_length=True)
        if len(whole["input_ids"]) <= self.limit:
            return len(text)
        return max(int(end) for _, end in read["offset_mapping"])
