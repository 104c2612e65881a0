"""Where texts stand on Discord, read from the bot's source: what each is written on, and so how long it may be.

A text that comes by a variable or a parameter is followed to where that comes from; of a key that is put together, all
that fit are meant, as long as their English does.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SELECTS = ("Select", "ChannelSelect", "RoleSelect", "UserSelect", "MentionableSelect")
LIMITS: Mapping[tuple[str, str], int] = {
    ("Button", "label"): 80,
    **{(select, "placeholder"): 150 for select in SELECTS},
    ("SelectOption", "label"): 100,
    ("SelectOption", "description"): 100,
    ("Modal", "title"): 45,
    ("Label", "text"): 45,
    ("Label", "description"): 100,
    ("TextInput", "label"): 45,
    ("TextInput", "placeholder"): 100,
    ("Choice", "name"): 100,
    ("Embed", "title"): 256,
    ("add_field", "name"): 256,
    ("add_field", "value"): 1_024,
    ("set_footer", "text"): 2_048,
    ("send_message", "content"): 2_000,
}
"""Characters, by what is called and the name of its argument."""
_DEEP = 4


@dataclass(frozen=True)
class Standing:
    """`pattern` is of a key; `exact` where it is one."""

    pattern: str
    exact: bool
    most: int
    where: str


@dataclass
class Source:
    """All modules at once: which function has which nodes, and who calls what."""

    calls: dict[str, list[tuple[ast.Call, ast.AST, str]]] = field(default_factory=dict)
    functions: dict[ast.AST, tuple[str, str]] = field(default_factory=dict)
    """What each is called by, and its module."""
    modules: dict[str, list[str]] = field(default_factory=dict)
    """Of all functions of a name."""
    attributes: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Source":
        source = cls()
        for path in sorted(folder.rglob("*.py")):
            if path.parent.name != "texts":
                tree = ast.parse(path.read_text())
                source._walk(tree, tree, "", str(path))
        return source

    def standings(self) -> Iterator[Standing]:
        for (callee, argument), most in LIMITS.items():
            for call, scope, _ in self.calls.get(callee, ()):
                for keyword in call.keywords:
                    if keyword.arg == argument:
                        yield from self._keys(keyword.value, scope, most, f"{callee}.{argument}", 0)

    def _walk(self, node: ast.AST, scope: ast.AST, owner: str, module: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner, name = scope, owner
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = child
                called = owner if child.name == "__init__" else child.name
                self.functions[child] = (called, module)
                self.modules.setdefault(called, []).append(module)
            elif isinstance(child, ast.ClassDef):
                name = child.name
                for part in child.body:
                    if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant):
                        self.attributes.setdefault(_name(part.targets[0]), set()).add(str(part.value.value))
            elif isinstance(child, ast.Call):
                self.calls.setdefault(_name(child.func), []).append((child, scope, module))
            self._walk(child, inner, name, module)

    def _keys(self, value: ast.AST, scope: ast.AST, most: int, where: str, deep: int) -> Iterator[Standing]:
        if isinstance(value, ast.Call) and _name(value.func) == "text" and len(value.args) > 1:
            yield from (Standing(pattern, exact, most, where) for pattern, exact in self._key(value.args[1], scope))
        elif isinstance(value, ast.Name) and deep < _DEEP:
            yield from self._from(value.id, scope, most, where, deep)
        elif not isinstance(value, ast.Compare):
            for child in ast.iter_child_nodes(value):
                if not isinstance(value, ast.IfExp) or child is not value.test:
                    yield from self._keys(child, scope, most, where, deep)

    def _from(self, name: str, scope: ast.AST, most: int, where: str, deep: int) -> Iterator[Standing]:
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign) and any(_name(target) == name for target in node.targets):
                yield from self._keys(node.value, scope, most, where, deep + 1)
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        parameters = [one.arg for one in (*scope.args.posonlyargs, *scope.args.args) if one.arg not in ("self", "cls")]
        if name not in (*parameters, *(one.arg for one in scope.args.kwonlyargs)):
            return
        called, module = self.functions[scope]
        for call, there, its_module in self.calls.get(called, ()):
            if its_module != module and len(self.modules[called]) > 1:
                continue  # it may be another of that name
            given = [keyword.value for keyword in call.keywords if keyword.arg == name]
            if name in parameters and parameters.index(name) < len(call.args):
                given.append(call.args[parameters.index(name)])
            for value in given:
                yield from self._keys(value, there, most, where, deep + 1)

    def _key(self, key: ast.AST, scope: ast.AST) -> Iterator[tuple[str, bool]]:
        if isinstance(key, ast.Constant):
            yield re.escape(str(key.value)), True
        elif isinstance(key, ast.IfExp):
            yield from self._key(key.body, scope)
            yield from self._key(key.orelse, scope)
        elif isinstance(key, ast.Attribute):
            yield from ((re.escape(name), False) for name in self.attributes.get(key.attr, ()))
        elif isinstance(key, ast.JoinedStr):
            yield "".join(self._part(one) for one in key.values), False
        elif isinstance(key, ast.Name):
            for node in ast.walk(scope):
                if isinstance(node, ast.Assign) and any(_name(target) == key.id for target in node.targets):
                    yield from self._key(node.value, scope)

    def _part(self, part: ast.AST) -> str:
        if isinstance(part, ast.Constant):
            return re.escape(str(part.value))
        value = part.value if isinstance(part, ast.FormattedValue) else None
        names = self.attributes.get(value.attr, set()) if isinstance(value, ast.Attribute) else set()
        return f"({'|'.join(sorted(map(re.escape, names)))})" if names else r"\w+"


def _name(called: ast.AST) -> str:
    if isinstance(called, ast.Subscript):
        return _name(called.value)
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
