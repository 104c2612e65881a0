"""The process that keeps one base model loaded and paints: server, worker, base families."""
