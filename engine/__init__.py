"""The process that keeps one base model loaded and paints: server, worker, base families."""

import logging

# On its import transformers tells whoever has no torchvision to install it, and nothing here would use it.
logging.getLogger("transformers.utils.import_utils").setLevel(logging.ERROR)
