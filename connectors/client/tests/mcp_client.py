"""`kgloom mcp`, or `/mcp` of `kgloom serve`, as the `mcp` package of Python sees it. In: a command that serves MCP, or an
address. Out: a line a check, 1 where one fails. Never: a write, unless --writes.

    python mcp_client.py [--writes] NAME COMMAND [ARGUMENT...]
    python mcp_client.py [--writes] NAME http://HOST:PORT/mcp

NAME is what some thing in the graph is called. Over HTTP, --writes needs the server's token in KGLOOM_TOKEN.
"""
import asyncio
import contextlib
import json
import os
import sys

import httpx2
from mcp import ClientSession, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

READING = {"schema", "find", "search", "describe", "query", "ask", "explain", "predict", "documents"}
WRITING = {"put_document", "delete_document", "correct"}


class Talk:
    def __init__(self, session):
        self.session = session

    async def call(self, tool, **arguments):
        """What a tool gives; the session holds it to the tool's schema."""
        result = await self.session.call_tool(tool, arguments)
        assert not result.is_error, f"{tool}: {result.content[0].text}"
        assert json.loads(result.content[0].text) == result.structured_content
        print(f"ok {tool} {json.dumps(arguments, ensure_ascii=False)[:90]}")
        return result.structured_content

    async def fails(self, tool, **arguments):
        result = await self.session.call_tool(tool, arguments)
        assert result.is_error, f"{tool} should fail: {result.structured_content}"
        print(f"ok {tool} says: {result.content[0].text.splitlines()[0][:110]}")


async def look(session, name, writes):
    tools = (await session.list_tools()).tools
    assert {tool.name for tool in tools} == READING | (WRITING if writes else set()), [tool.name for tool in tools]
    for tool in tools:
        assert tool.output_schema and tool.annotations.read_only_hint == (tool.name in READING), tool.name
    talk = Talk(session)
    schema = await talk.call("schema", limit=5)
    assert schema["relations"] and len(schema["relations"]) <= 5
    found = (await talk.call("find", text=name, limit=3))["found"]
    assert found, f"nothing is called {name}"
    iri = found[0]["iri"]
    whole = await talk.call("describe", entity=iri, limit=5)
    assert whole["facts"] and whole["total"] >= len(whole["facts"])
    fact = whole["facts"][0]
    ends = [iri, fact.get("iri", fact["value"])]
    subject, value = ends if fact["direction"] == "out" else reversed(ends)
    told = await talk.call("explain", subject=subject, relation=fact["sparql"], object=value)
    assert told["explanations"], told
    rows = await talk.call("query", sparql="SELECT ?s ?p ?o { ?s ?p ?o }", limit=2)
    assert len(rows["rows"]) == 2 and rows["more"], rows
    await talk.fails("query", sparql="SLECT nonsense")
    await talk.fails("describe", entity="Nobody of that name, surely")
    await talk.fails("find", text=name, top=3)
    await talk.call("ask", question=f"What is {name}?")
    await talk.call("predict", entity=iri)
    listed = await talk.call("documents", limit=2)
    text = (await talk.call("documents", id=listed["documents"][0]["id"]))["text"]
    templates = (await session.list_resource_templates()).resource_templates
    assert templates[0].uri_template == "kgloom:document/{id}", templates
    resources = (await session.list_resources()).resources
    read = (await session.read_resource(resources[0].uri)).contents[0]
    assert read.text.startswith(text[:20]), read
    print(f"ok {resources[0].uri}")
    if not writes:
        try:
            result = await session.call_tool("put_document", {"id": "mcp-client.txt", "text": "x"})
            refused = result.is_error
        except MCPError as error:
            refused = "writes" in str(error)
        assert refused, "put_document is done without being allowed"
        print("ok put_document is not allowed")
    else:
        put = await talk.call("put_document", id="mcp-client.txt", text=f"Zora Quist works for {name}.")
        assert put["epoch"] > 0
        await talk.call("delete_document", id="mcp-client.txt")
        await talk.fails("correct", kind="reject", subject=name)


@contextlib.asynccontextmanager
async def served(command, rest, writes):
    """The two ends of a connection."""
    if not command.startswith("http"):
        async with stdio_client(StdioServerParameters(command=command, args=rest)) as ends:
            yield ends
        return
    headers = {"Authorization": f"Bearer {os.environ['KGLOOM_TOKEN']}"} if writes else {}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as client:
        async with streamable_http_client(command, http_client=client) as ends:
            yield ends


async def main(arguments):
    writes = arguments[:1] == ["--writes"]
    name, command, *rest = arguments[1:] if writes else arguments
    for begin in ["initialize", "discover"]:
        async with served(command, rest, writes) as (read, write), ClientSession(read, write) as session:
            info = await getattr(session, begin)()
            assert "schema" in info.instructions and "kgloom" in info.model_dump_json(by_alias=True), info
            print(f"-- {begin}: {getattr(info, 'protocol_version', None) or info.supported_versions}")
            await look(session, name, writes)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
