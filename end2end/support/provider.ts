import { createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An identity provider (OpenID Connect) on a free port, with one page where whoever comes is signed in by a link. */
export class Provider {
  private readonly keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  private readonly nonces = new Map<string, { nonce: string; client: string }>();

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  static async start(subject: string): Promise<Provider> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const provider = new Provider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (request, response) => void provider.answer(request, response, subject));
    return provider;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse, subject: string): Promise<void> {
    const url = new URL(request.url ?? "/", this.issuer);
    // A connection that is kept could be closed while the next question is on its way.
    response.setHeader("connection", "close");
    const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return void json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
        });
      case "/keys":
        return void json({ keys: [{ ...this.keys.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] });
      case "/authorize": {
        const code = randomUUID();
        this.nonces.set(code, { nonce: url.searchParams.get("nonce") ?? "", client: url.searchParams.get("client_id") ?? "" });
        const back = new URL(url.searchParams.get("redirect_uri") ?? "");
        back.searchParams.set("code", code);
        back.searchParams.set("state", url.searchParams.get("state") ?? "");
        const page = `<!DOCTYPE html><html lang="cs"><link rel="icon" href="data:,"><title>CAAIS</title><h1>Zkušební přihlášení</h1><a href="${back.href.replaceAll("&", "&amp;")}">Jsem to já</a></html>`;
        return void response.setHeader("content-type", "text/html; charset=utf-8").end(page);
      }
      case "/token": {
        let body = "";
        for await (const part of request) {
          body += String(part);
        }
        const asked = this.nonces.get(new URLSearchParams(body).get("code") ?? "");
        const now = Math.floor(Date.now() / 1000);
        const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const claims = { iss: this.issuer, sub: subject, aud: asked?.client, nonce: asked?.nonce, iat: now, exp: now + 300 };
        const text = `${part({ alg: "RS256", kid: "1" })}.${part(claims)}`;
        const token = `${text}.${createSign("RSA-SHA256").update(text).sign(this.keys.privateKey, "base64url")}`;
        return void json({ access_token: "a", token_type: "Bearer", id_token: token });
      }
      default:
        response.statusCode = 404;
        return void response.end();
    }
  }
}
