"""What members are told of trouble that is none of theirs."""

EN = {
    "cannot_write": "I cannot write to my disk now. Whoever runs me can see why; please try again later.",
    "command_changed": "This command has just changed. Please type it once more.",
}
