"""Discord's names for what is wrong with a field, its sentence for each, and whether it has been seen to say so.

`CERTAIN` are names that stand in answers of Discord's own, as people have reported them; a name in `GUESSED` is made up
after their pattern, or known at second hand only, for a refusal that is documented without its name.
"""

from typing import NamedTuple


class Code(NamedTuple):
    name: str
    sentence: str


REQUIRED = Code("BASE_TYPE_REQUIRED", "This field is required")
MAX_LENGTH = Code("BASE_TYPE_MAX_LENGTH", "Must be {most} or fewer in length.")
MIN_LENGTH = Code("BASE_TYPE_MIN_LENGTH", "Must be {least} or more in length.")
BAD_LENGTH = Code("BASE_TYPE_BAD_LENGTH", "Must be between {least} and {most} in length.")
CHOICES = Code("BASE_TYPE_CHOICES", "Value must be one of ({choices}).")
STRING = Code("STRING_TYPE_CONVERT", 'Could not interpret "{value}" as string.')
REGEX = Code("STRING_TYPE_REGEX", "String value did not match validation regex.")
NUMBER = Code("NUMBER_TYPE_COERCE", 'Value "{value}" is not {kind}.')
NUMBER_MAX = Code("NUMBER_TYPE_MAX", "{kind} value should be less than or equal to {most}.")
NUMBER_MIN = Code("NUMBER_TYPE_MIN", "{kind} value should be greater than or equal to {least}.")
BOOLEAN = Code("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
MODEL = Code("MODEL_TYPE_CONVERT", "Expected an object/dictionary.")
LIST = Code("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
ITEM_REQUIRED = Code("LIST_ITEM_VALUE_REQUIRED", "List item values of ModelType are required")
DICT = Code("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
ALREADY_THERE = Code("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
TIME = Code("DATE_TIME_TYPE_PARSE", "Could not parse {value}. Should be ISO8601.")
URL = Code("URL_TYPE_INVALID_URL", "Not a well formed URL.")
URL_SCHEME = Code("URL_TYPE_INVALID_SCHEME", 'Scheme "{scheme}" is not supported. Scheme must be one of ({schemes}).')
TYPE_MISSING = Code("TAG_FIELD_MISSING", 'Field "type" is required to determine the model type.')
TYPE_UNKNOWN = Code("UNION_TYPE_CHOICES", 'Value of field "type" must be one of ({choices}).')

NONCE_TYPE = Code("NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
NONCE_LONG = Code("NONCE_TYPE_TOO_LONG", "Must be 25 or fewer characters long.")
MENTIONS = Code(
    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", 'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
)
FLAGS = Code("MESSAGE_FLAGS_INVALID", "These message flags cannot be set: {flags}")
ATTACHMENT = Code("ATTACHMENT_NOT_FOUND", "Attachment data not found")
EMBEDS_LARGE = Code("MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
LEGACY_FIELD = Code(
    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    "The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
)

CUSTOM_ID_TWICE = Code("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
ID_TWICE = Code("COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
WIDTH = Code("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
TOO_MANY = Code("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components cannot exceed 40")
TOO_MUCH_TEXT = Code(
    "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Components displayable text size exceeds maximum size of 4000"
)
BUTTON_ID = Code("BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
BUTTON_URL = Code("BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
BUTTON_BOTH = Code("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
BUTTON_SKU = Code("BUTTON_COMPONENT_SKU_ID_REQUIRED", "A sku id is required")
BUTTON_PREMIUM = Code("BUTTON_COMPONENT_PREMIUM_FIELDS", "A premium button has a sku id only")
BUTTON_BARE = Code("BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required")
EMOJI = Code("COMPONENT_INVALID_EMOJI", "Invalid emoji")
OPTION_TWICE = Code("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
DEFAULTS = Code(
    "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    "The specified number of default values exceeds the specified maximum values",
)
MEDIA_MISSING = Code("UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "The referenced attachment was not found")
MEDIA_NOT_ATTACHED = Code("UNFURLED_MEDIA_ITEM_ATTACHMENT_REFERENCE_REQUIRED", "Must be an attachment:// reference")

COMMAND_NAME = Code("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
COMMAND_TWICE = Code("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
COMMAND_LARGE = Code("APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
COMMAND_MENU = Code("APPLICATION_COMMAND_CONTEXT_MENU_FIELD", "Context menu commands cannot have this field")
OPTION_ORDER = Code(
    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options"
)
OPTION_MIXED = Code(
    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    "Sub-command and sub-command group option types are mutually exclusive to all other types",
)
OPTION_NAME_TWICE = Code(
    "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option name {value} is already used in these options"
)
OPTION_COMPLETES = Code("APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", "Autocomplete cannot be configured for this option")
CHOICE_TWICE = Code("APPLICATION_COMMAND_OPTIONS_CHOICES_DUPLICATE", "Choice names must be unique")

EVENT_PAST = Code("GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.")
EVENT_ORDER = Code("GUILD_SCHEDULED_EVENT_END_BEFORE_START", "An event cannot end before it starts")
TIMEOUT = Code("INVALID_COMMUNICATION_DISABLED_TIMESTAMP", "Invalid communication disabled timestamp")
USERNAME = Code("USERNAME_INVALID_CONTAINS", 'Username cannot contain "{value}"')
IMAGE = Code("IMAGE_INVALID", "Invalid image data")
IMAGE_LARGE = Code("BINARY_TYPE_MAX_SIZE", "File cannot be larger than {most} kb.")

CERTAIN = frozenset({
    REQUIRED, MAX_LENGTH, MIN_LENGTH, BAD_LENGTH, CHOICES, STRING, REGEX, NUMBER, NUMBER_MAX, NUMBER_MIN, BOOLEAN,
    MODEL, ITEM_REQUIRED, ALREADY_THERE, TIME, URL, URL_SCHEME, TYPE_MISSING, TYPE_UNKNOWN, NONCE_TYPE, NONCE_LONG,
    MENTIONS, EMBEDS_LARGE, LEGACY_FIELD, CUSTOM_ID_TWICE, WIDTH, TOO_MANY, TOO_MUCH_TEXT, BUTTON_ID,
    BUTTON_BOTH, EMOJI, OPTION_TWICE, MEDIA_MISSING, COMMAND_NAME, COMMAND_TWICE, COMMAND_LARGE,
    OPTION_ORDER, OPTION_MIXED, OPTION_NAME_TWICE, EVENT_PAST, TIMEOUT, USERNAME, IMAGE_LARGE,
})  # fmt: skip
GUESSED = frozenset({
    ATTACHMENT, BUTTON_URL, DEFAULTS, LIST, DICT, FLAGS, ID_TWICE, BUTTON_SKU, BUTTON_PREMIUM, BUTTON_BARE,
    MEDIA_NOT_ATTACHED, COMMAND_MENU, OPTION_COMPLETES, CHOICE_TWICE, EVENT_ORDER, IMAGE,
})  # fmt: skip
