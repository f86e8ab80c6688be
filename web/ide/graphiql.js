// GraphiQL, which asks the gateway that served it.

import { HEADERS, QUERY } from "./query.js";

const { createElement } = React;

const ide = createElement(
  GraphiQL,
  {
    fetcher: GraphiQL.createFetcher({ url: location.pathname }),
    defaultQuery: QUERY,
    defaultHeaders: HEADERS,
    defaultEditorToolsVisibility: "headers",
    isHeadersEditorEnabled: true,
  },
  createElement(GraphiQL.Logo, null, "Comptoir"),
);

ReactDOM.createRoot(document.getElementById("ide")).render(ide);
