"""Packs a program that is built already into a wheel, as `maturin build` would, without compiling.

In: the program, and a folder for the wheel; name and version from pyproject.toml and Cargo.toml. Out: the wheel's path on
standard output. Same inputs give the same bytes. Needs Python 3.11.

usage: pack.py PROGRAM [FOLDER]
"""
import base64
import hashlib
import re
import stat
import struct
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MACHINES = {3: "i686", 62: "x86_64", 183: "aarch64", 243: "riscv64"}


def platform(content):
    """The platform tag. Of an ELF program: its machine, and the newest version of glibc whose symbols it asks for."""
    if not content.startswith(b"\x7fELF"):
        return re.sub(r"[-.]", "_", sysconfig.get_platform())
    machine = struct.unpack_from("<H", content, 18)[0]
    if machine not in MACHINES:
        sys.exit(f"pack.py: no tag is known for ELF machine {machine}")
    asked = [int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)(?:\.\d+)?\0", content)]
    # Without glibc it is linked statically, and runs on any.
    return f"manylinux_2_{max(asked, default=17)}_{MACHINES[machine]}"


def metadata(project, version):
    """METADATA of the wheel, with README.md as its text."""
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"Keywords: {','.join(project['keywords'])}",
        f"License-Expression: {project['license']}",
        *(f"License-File: {name}" for name in project["license-files"]),
        *(f"Classifier: {name}" for name in project["classifiers"]),
        f"Requires-Python: {project['requires-python']}",
    ]
    for extra, needed in project["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {one}; extra == '{extra}'" for one in needed]
    lines.append("Description-Content-Type: text/markdown")
    return "\n".join(lines) + "\n\n" + (HERE / project["readme"]).read_text("utf-8")


def digest(content):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def main(program, folder="dist"):
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    manifest = (HERE / project["tool"]["maturin"]["manifest-path"]).resolve()
    version = tomllib.loads(manifest.read_text("utf-8"))["workspace"]["package"]["version"]
    project = project["project"]
    name = project["name"]
    content = Path(program).read_bytes()
    tag = f"py3-none-{platform(content)}"
    info = f"{name}-{version}.dist-info"
    windows = ".exe" if content.startswith(b"MZ") else ""

    module = HERE / "python" / name
    sources = [path for path in sorted(module.rglob("*")) if wanted(path)]
    files = {f"{name}/{path.relative_to(module).as_posix()}": path.read_bytes() for path in sources}
    files[f"{name}-{version}.data/scripts/{name}{windows}"] = content
    for licence in project["license-files"]:
        files[f"{info}/licenses/{licence}"] = (HERE / licence).read_bytes()
    files[f"{info}/METADATA"] = metadata(project, version).encode()
    wheel = ["Wheel-Version: 1.0", "Generator: kgloom pack.py", "Root-Is-Purelib: false", f"Tag: {tag}"]
    files[f"{info}/WHEEL"] = ("\n".join(wheel) + "\n").encode()
    record = [f"{path},{digest(bytes_)},{len(bytes_)}" for path, bytes_ in files.items()] + [f"{info}/RECORD,,"]
    files[f"{info}/RECORD"] = ("\n".join(record) + "\n").encode()

    Path(folder).mkdir(parents=True, exist_ok=True)
    target = Path(folder) / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, bytes_ in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (stat.S_IFREG | (0o755 if "/scripts/" in path else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, bytes_)
    print(target)


def wanted(path):
    return path.is_file() and "__pycache__" not in path.parts


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
