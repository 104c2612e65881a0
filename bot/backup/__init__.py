"""What a bot keeps as one .tar: making it while the bot runs, checking it, and putting it back. Nothing here runs on an
event loop.
"""
