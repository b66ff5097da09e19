#!/usr/bin/env python3
"""docker/ without a Docker engine: what compose.yaml and the Dockerfile say, held to what the results assume.

    tools/check_docker.py [ROOT]      prints every breach; exits 1 if there is one, 77 without a YAML parser
"""

import os
import re
import sys

import cpp_text

SKIPPED = 77
SETTINGS = {
    "redis": ["--save", "--appendonly no", "--maxmemory-policy noeviction"],
    "postgres": ["fsync=off", "full_page_writes=off", "synchronous_commit=on", "max_connections=200"],
}
IMAGES = {"redis": "redis:7", "postgres": "postgres:15"}


def check_compose(text):
    import yaml  # here, so that the Dockerfile's rules and their tests do without
    try:
        services = yaml.safe_load(text)["services"]
    except (yaml.YAMLError, TypeError, KeyError) as error:
        yield f"compose.yaml does not parse as a compose file: {error}"
        return
    for name in sorted(IMAGES.keys() - services.keys()):
        yield f"compose.yaml has no service '{name}'"
    for name, service in services.items():
        yield from check_service(name, service)


def check_service(name, service):
    image = service.get("image", "")
    if name in IMAGES and not re.match(re.escape(IMAGES[name]) + r"(?![0-9])", image):
        yield f"{name}: image '{image}' is not of {IMAGES[name]}, which the results assume"
    if "build" not in service and not re.search(r":\d", image):
        yield f"{name}: image '{image}' is not pinned to a major version"
    for port in service.get("ports", []):
        host = port.get("host_ip", "") if isinstance(port, dict) else str(port)
        if not host.startswith("127.0.0.1:" if isinstance(port, str) else "127.0.0.1"):
            yield f"{name}: port '{port}' is open beyond 127.0.0.1"
    if name in IMAGES and not service.get("healthcheck", {}).get("test"):
        yield f"{name}: no health check"
    command = service.get("command", "")
    words = command if isinstance(command, str) else " ".join(map(str, command))
    for setting in SETTINGS.get(name, []):
        if setting not in words:
            yield f"{name}: its command does not say '{setting}'"


def check_dockerfile(text, root):
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    steps = [line.strip().split(None, 1) for line in text.split("\n") if line.strip()]
    stages = [arguments for word, arguments in steps if word == "FROM"]
    if len(stages) < 2 or not all(" AS " in stage for stage in stages):
        yield "Dockerfile: not in named stages"
    for stage in stages:
        if not re.match(r"\S+:\d+", stage):
            yield f"Dockerfile: FROM {stage} is not pinned to a release"
    last = len(steps) - 1 - [word for word, _ in reversed(steps)].index("FROM") if stages else 0
    users = [arguments for word, arguments in steps[last:] if word == "USER"]
    if not users or users[-1] in ("root", "0"):
        yield "Dockerfile: the last stage runs as root"
    if ["ENTRYPOINT", '["doorbuster"]'] not in steps[last:]:
        yield 'Dockerfile: the last stage does not end in ENTRYPOINT ["doorbuster"]'
    # The program looks in ../share/doorbuster/scenarios from where it stands.
    for place in [arguments.split()[-1] for word, arguments in steps[last:]
                  if word == "COPY" and arguments.endswith("/doorbuster")]:
        home = place.removesuffix("/bin/doorbuster")
        if ["COPY", f"scenarios {home}/share/doorbuster/scenarios"] not in steps[last:]:
            yield f"Dockerfile: the scenarios do not stand in {home}/share/doorbuster/scenarios"
    runs = [arguments for word, arguments in steps if word == "RUN"]
    if any("apt-get" in run for run in runs) or not any("tools/setup" in run for run in runs):
        yield "Dockerfile: packages come from tools/packages.txt by tools/setup only"
    if not any(word == "COPY" and "tools/packages.txt" in arguments for word, arguments in steps):
        yield "Dockerfile: does not copy tools/packages.txt"
    for word, arguments in steps:
        if word == "COPY" and not arguments.startswith("--from="):
            for source in arguments.split()[:-1]:
                if not os.path.exists(os.path.join(root, source)):
                    yield f"Dockerfile: copies {source}, which does not exist"


def check(root):
    breaches = list(check_dockerfile(cpp_text.read(root, "docker/Dockerfile"), root))
    return breaches + list(check_compose(cpp_text.read(root, "docker/compose.yaml")))


def main(arguments):
    root = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        breaches = check(root)
    except ImportError:
        print("SKIPPED: no YAML parser here (package python3-yaml): docker/compose.yaml was not checked")
        return SKIPPED
    print("\n".join(breaches) if breaches else "docker: as the results assume")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
