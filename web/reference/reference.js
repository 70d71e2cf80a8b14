// The API's documentation. Who is logged in can try everything at once: changes get the log-in's token.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const API = "/api/v1";

async function withToken(request) {
  if (request.method && request.method.toUpperCase() !== "GET" && !request.headers.Authorization) {
    const session = await fetch(`${API}/session`);
    if (session.ok) request.headers["X-CSRF-Token"] = (await session.json()).csrf;
  }
  return request;
}

SwaggerUI({
  url: `${API}/openapi.json`,
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  requestInterceptor: withToken,
  syntaxHighlight: false,
  validatorUrl: null,
});
