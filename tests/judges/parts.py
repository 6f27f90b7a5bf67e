"""Takes a mail apart and prints its parts as a JSON list; a defect of the mail ends it.

    parts.py mail.eml
"""

import base64
import email
import email.policy
import json
import sys


def walk(part, inside):
    if part.defects:
        raise SystemExit(f"{part.get_content_type()}: {part.defects}")
    if part.is_multipart():
        for inner in part.iter_parts():
            yield from walk(inner, [*inside, part.get_content_type()])
        return
    content = part.get_content()
    if isinstance(content, str):
        content = content.encode()
    name = part.get("Content-ID")
    yield {
        "kind": part.get_content_type(),
        "inside": inside,
        "id": name.strip("<> ") if name else None,
        "disposition": part.get_content_disposition(),
        "content": base64.b64encode(content).decode(),
    }


def main():
    with open(sys.argv[1], "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    print(json.dumps(list(walk(mail, []))))


if __name__ == "__main__":
    main()
