//! What the protocol asks beside tools: who this is, and documents as resources. In: requests. Out: answers. Never: a
//! tool.

use crate::address::{decode, encode};
use crate::error::Error;
use crate::mcp::served::{Failure, Served};
use crate::mcp::wire::{Document, Documents};
use rmcp::handler::server::tool::ToolCallContext;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ErrorData, Implementation, ListResourceTemplatesResult,
    ListResourcesResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult,
    Resource, ResourceContents, ResourceTemplate, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler, tool_handler};

/// How resources that are documents begin.
const DOCUMENT: &str = "kgloom:document/";
/// Documents that are listed at once.
const LISTED: &str = "100";

const INSTRUCTIONS: &str = "\
This server answers from a knowledge graph that was read out of documents: what it states, sentences of them say, or a \
person corrected it so. \
Call `schema` first: it tells the classes and relations that there are and how SPARQL writes them. \
Turn names into things with `find`, descriptions with `search`, look at one thing with `describe`, and for anything that combines or counts use \
`query`; `ask` takes a plain question where it is a simple one. \
Before you rely on a fact, `explain` it and cite the sentence and document; what `predict` gives is likely and stated \
nowhere, so never tell it as a fact. \
Pages are small: where an answer has `next`, pass it as `cursor`, and where it has `more`, ask more narrowly.";

const ONLY_READ: &str = "\
Here the graph is only read: `kgloom mcp` writes with --allow-writes, and over HTTP the server's token is needed \
(Authorization: Bearer TOKEN).";

#[tool_handler(router = self.tools)]
impl ServerHandler for Served {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("kgloom", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = &*request.name;
        if !self.tools.has_route(name) && Served::writing().has_route(name) {
            return Err(ErrorData::invalid_params(format!("{name} writes. {ONLY_READ}"), None));
        }
        let left = context.ct.clone();
        unless(left.cancelled(), self.tools.call(ToolCallContext::new(self, request, context))).await
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let template = ResourceTemplate::new(format!("{DOCUMENT}{{id}}"), "document")
            .with_description("The text of a document that the graph was read from.")
            .with_mime_type("text/plain");
        Ok(ListResourceTemplatesResult::with_all_items(vec![template]))
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let after = request.and_then(|request| request.cursor).unwrap_or_default();
        let listed = self.wait(move |client| {
            let mut parameters = vec![("limit", LISTED)];
            parameters.extend((!after.is_empty()).then_some(("after", after.as_str())));
            Ok(client.read::<Documents>("/documents", &parameters)?)
        });
        let Documents { documents, next, .. } =
            unless(context.ct.cancelled(), async { listed.await.map_err(internal) }).await?;
        let resource = |document: &Document| {
            Resource::new(format!("{DOCUMENT}{}", encode(&document.id)), document.id.as_str())
                .with_mime_type("text/plain")
                .with_size(document.bytes)
        };
        let mut result = ListResourcesResult::with_all_items(documents.iter().map(resource).collect());
        result.next_cursor = next;
        Ok(result)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let uri = request.uri;
        let unknown = |why: String| ErrorData::resource_not_found(why, Some(serde_json::json!({ "uri": uri })));
        let Some(id) = uri.strip_prefix(DOCUMENT).and_then(decode) else {
            return Err(unknown(format!("{uri} is no resource of this graph; they are called {DOCUMENT}ID")));
        };
        let found = self.wait(move |client| match client.document(&id) {
            Err(Error::Refused { status: 404, message, .. }) => Ok(Err(message)),
            found => Ok(Ok(found?)),
        });
        match unless(context.ct.cancelled(), async { found.await.map_err(internal) }).await? {
            Ok(text) => Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri)]).into()),
            Err(message) => Err(unknown(message)),
        }
    }
}

/// What is done for somebody, unless he leaves: what waits for its turn waits for nobody who has left.
async fn unless<T>(
    left: impl Future<Output = ()>,
    work: impl Future<Output = Result<T, ErrorData>>,
) -> Result<T, ErrorData> {
    tokio::select! {
        told = work => told,
        () = left => Err(ErrorData::internal_error("the call was called off", None)),
    }
}

fn internal(Failure(sentence): Failure) -> ErrorData {
    ErrorData::internal_error(sentence, None)
}
