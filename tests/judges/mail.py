"""A mail server of a house that trusts nobody: it speaks SMTP only over TLS and only to who knows the password.

    mail.py --chain chain.pem --key key.pem --how smtps|starttls [--user NAME --password TEXT]

Prints the port as its first line, then one JSON object for each conversation that ended: what was said before TLS, what
after it, who signed in, and the mail.
"""

import argparse
import base64
import json
import socket
import ssl
import sys


def converse(connection, context, args):
    said = {"plain": [], "tls": [], "user": None, "mail": None, "failed": None}
    channel = connection
    if args.how == "smtps":
        channel = context.wrap_socket(connection, server_side=True)
    lines = channel.makefile("rb")

    def answer(text):
        channel.sendall(text.encode() + b"\r\n")

    answer("220 rumah.example.test")
    while True:
        raw = lines.readline()
        if not raw:
            return said
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        secure = isinstance(channel, ssl.SSLSocket)
        said["tls" if secure else "plain"].append(line)
        word = line.split(" ")[0].upper()
        if word in ("EHLO", "HELO"):
            answer("250-rumah.example.test")
            answer("250 AUTH PLAIN" if secure else "250 STARTTLS")
        elif word == "STARTTLS":
            answer("220 go ahead")
            channel = context.wrap_socket(connection, server_side=True)
            lines = channel.makefile("rb")
        elif word == "AUTH":
            _, user, password = base64.b64decode(line.split(" ")[2]).split(b"\0")
            if (user.decode(), password.decode()) == (args.user, args.password):
                said["user"] = user.decode()
                answer("235 welcome")
            else:
                answer("535 who are you")
        elif word in ("MAIL", "RCPT", "DATA") and not (secure and said["user"]):
            answer("530 sign in first")
        elif word == "DATA":
            answer("354 go on")
            mail = []
            while (part := lines.readline()) not in (b".\r\n", b""):
                mail.append(part.decode("utf-8", "replace"))
            said["mail"] = "".join(mail)
            answer("250 taken")
            return said
        elif word == "QUIT":
            answer("221 bye")
            return said
        else:
            answer("250 ok")


def main():
    parser = argparse.ArgumentParser()
    for name in ("chain", "key", "how", "user", "password"):
        parser.add_argument(f"--{name}")
    args = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.chain, args.key)
    door = socket.create_server(("127.0.0.1", 0))
    print(door.getsockname()[1], flush=True)
    while True:
        connection, _ = door.accept()
        connection.settimeout(60)
        try:
            said = converse(connection, context, args)
        except OSError as error:
            said = {"plain": [], "tls": [], "user": None, "mail": None, "failed": type(error).__name__}
        print(json.dumps(said), flush=True)
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
