"""What members are told of trouble that only the operator can end."""

EN = {"cannot_write": "I cannot write to my disk now. Whoever runs me can see why; please try again later."}
RU = {
    "cannot_write": "Я сейчас не могу писать на диск. Почему — видно тому, кто меня запустил; попробуйте, пожалуйста, позже."
}
