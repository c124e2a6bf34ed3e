package io.github.registryproxy.facade;

import static io.github.registryproxy.facade.schema.Shape.bool;
import static io.github.registryproxy.facade.schema.Shape.implied;
import static io.github.registryproxy.facade.schema.Shape.key;
import static io.github.registryproxy.facade.schema.Shape.number;
import static io.github.registryproxy.facade.schema.Shape.oneOf;
import static io.github.registryproxy.facade.schema.Shape.section;
import static io.github.registryproxy.facade.schema.Shape.size;
import static io.github.registryproxy.facade.schema.Shape.text;
import static io.github.registryproxy.facade.schema.Shape.textOrEmpty;
import static io.github.registryproxy.facade.schema.Shape.texts;
import static io.github.registryproxy.facade.schema.Shape.time;

import io.github.registryproxy.facade.schema.Shape.Either;
import io.github.registryproxy.facade.schema.Shape.ListOf;
import io.github.registryproxy.facade.schema.Shape.Named;
import io.github.registryproxy.facade.schema.Shape.Section;

/** The table of all keys of a configuration file. */
final class SiteShape {
    private static final Section LISTEN = implied(
            key("port", number(), "port to listen on, 0 for any free one").or("8080"),
            key("host", text(), "address to listen on; all unless set"),
            key(
                    "tls",
                    section(
                            key("certificate", text(), "certificate chain, a PEM file"),
                            key("key", text(), "its private key, a PEM file")),
                    "serve https"),
            key("threads", number(), "requests at a time on Java 17 to 20").or("200"),
            key("drain", time(), "how long running pulls may take after SIGTERM")
                    .or("30s"),
            key("metrics", text(), "serve /metrics there: [HOST:]PORT; a port alone is 127.0.0.1's"));

    private static final Section CLIENTS = implied(
            key("public-url", text(), "how clients reach this site; as each request says unless set"),
            key("trusted-proxies", texts(), "addresses and blocks whose X-Forwarded-* fields count"),
            key("allowed-hosts", texts(), "host names by which clients may come; any unless set"),
            key("rate-limit", number(), "requests a second for each client"),
            key("bandwidth-limit", size(), "bytes a second for each client, such as 10MiB"),
            key("browsers", text(), "the page that browsers are sent to"));

    private static final Section STORE = section(
            key("directory", text(), "what is kept is in cache and hosted below it"),
            key("cache-size", size(), "what the cache may take there").or("20GiB"),
            key("cache-memory", size(), "what is kept in memory, in front of the directory or alone")
                    .or("64MiB"));

    private static final Section COLLECTION = implied(
            key("every", time(), "how often what nobody needs is deleted; 0: when told to")
                    .or("1h"),
            key("grace", time(), "how old what nobody needs must be at least").or("1h"),
            key("untagged-after", text(), "when manifests without a tag are deleted: a time, or never")
                    .or("never"),
            key("uploads-after", time(), "when uploads that nobody goes on with are deleted")
                    .or("1d"));

    private static final Section HOSTED = section(
            key("push", bool(), "let clients push").or("true"),
            key("delete", bool(), "let clients delete tags, manifests and blobs")
                    .or("true"),
            key("catalog", bool(), "let clients list repositories").or("false"),
            key(
                    "immutable-tags",
                    new ListOf(new Either(
                            text(),
                            section(
                                    key("repositories", texts(), "globs; all unless set"),
                                    key("tags", texts(), "globs of tags that stay what they are")))),
                    "tags that cannot be moved or deleted: globs, alone or with globs of repositories"),
            key(
                    "quota",
                    new Either(
                            size(),
                            new ListOf(section(
                                    key("repositories", texts(), "globs; all unless set"),
                                    key("size", size(), "what each of these may take")))),
                    "what each repository may take; of a list the first that fits counts"),
            key("missing-content", oneOf("refuse", "sparse-indexes", "accept"), "manifests that name what is not there")
                    .or("refuse"),
            key("chunk-min-length", size(), "what clients are told to send at least in one piece"),
            key("manifest-limit", size(), "the largest manifest").or("4MiB"),
            key("garbage-collection", COLLECTION, "deletes what nobody needs"));

    private static final Section CREDENTIALS = section(
            key("username", text(), "name to log in with"),
            key("username-file", text(), "file with that name"),
            key("password", text(), "password or token").hidden(),
            key("password-file", text(), "file with that password"),
            key("header", text(), "Authorization as it is").hidden(),
            key("header-file", text(), "file with that header"),
            key("by", oneOf("docker-config", "google", "aws", "azure"), "log in as these know how"),
            key("docker-config", text(), "docker's config.json, or its directory"),
            key("google-key", text(), "file with a service account key"),
            key("client", bool(), "clients log in there, with logins of their own")
                    .or("false"));

    private static final Section CACHE = implied(
            key("tag-ttl", time(), "how long a kept tag is not asked for again").or("60s"),
            key("fetches", number(), "connections at a time for a large blob, 1 to 16")
                    .or("1"),
            key("fill-alone", bool(), "fetch on when all who waited have left").or("true"));

    private static final Section UPSTREAM = section(
            key("address", text(), "the registry: gcr.io, http://127.0.0.1:5001"),
            key("names", texts(), "what clients may call it beside its key"),
            key("library", bool(), "alpine stands for library/alpine").or("false"),
            key("prefix", text(), "what names have in front there"),
            key("credentials", CREDENTIALS, "how to log in there; without, nobody does"),
            key("realms", texts(), "token servers elsewhere that may see the login"),
            key("private-addresses", texts(), "private addresses that redirects may lead to"),
            key(
                    "tls",
                    section(
                            key("authorities", text(), "authorities to trust beside the usual ones, a PEM file"),
                            key("certificate", text(), "certificate to show, a PEM file"),
                            key("key", text(), "its private key, a PEM file")),
                    "how to speak https with it"),
            key("proxy", text(), "HTTP proxy on the way there"),
            key("keep-alive", time(), "how long an idle connection is kept").or("30s"),
            key("transport", oneOf("httpclient5", "jdk"), "HTTP client").or("httpclient5"),
            key(
                    "blobs",
                    oneOf("redirect", "stream"),
                    "its redirects: passed on or followed; followed where it is kept"),
            key("cache", new Either(oneOf("false"), CACHE), "how it is kept, or false"));

    private static final Section POLICIES = section(
            key("repositories", texts(), "globs of what is served, ! denies, the first that fits wins"),
            key("tags", texts(), "globs of tags that are served, with what they lead to"),
            key("signature-keys", text(), "serve only what one of these public keys signed, a PEM file"),
            key("minimum-age", time(), "serve only what is known here so long"),
            key("platforms", texts(), "serve only these, such as linux/amd64"));

    private static final Section ROUTE = section(
            key(
                    "repositories",
                    textOrEmpty(),
                    "names below this one; proxy/{upstream}: one of its names; empty: all names"),
            key("host", text(), "requests to this host"),
            key("namespaces", oneOf("true"), "containerd's ns, by the upstreams' names"),
            key("upstreams", texts(), "which are asked, in this order"),
            key("on-error", oneOf("next", "stop"), "what an error of one means for those behind it")
                    .or("next"),
            key("push", bool(), "let clients push to the first of them").or("false"),
            key("catalog", bool(), "let clients list repositories there; of the root or a host")
                    .or("false"),
            key("policies", POLICIES, "in place of those for all routes, key by key"));

    private static final Section LOGIN = section(
            key("htpasswd", text(), "names and passwords: htpasswd -B"),
            key("mode", oneOf("token", "basic"), "how clients log in").or("token"),
            key("anonymous-pull", bool(), "let everybody pull, and log in for the rest")
                    .or("false"),
            key("token-keys", text(), "file with keys that sign tokens, one a line; random unless set"),
            key(
                    "rules",
                    new ListOf(section(
                            key("who", text(), "anybody, logged-in, user:NAME or group:NAME"),
                            key("repositories", texts(), "globs; all unless set"),
                            key("upstreams", texts(), "what comes from these alone; repositories are those there then"),
                            key("allow", new ListOf(oneOf("pull", "push", "delete", "catalog")), "what they may do"))),
                    "who may do what; whoever logs in may do all unless set"));

    /** The file. */
    static final Section SITE = section(
            key("listen", LISTEN, "where the server listens"),
            key("clients", CLIENTS, "who asks, and how much each may take"),
            key("store", STORE, "where things are kept"),
            key("hosted", HOSTED, "images of one's own: all that no route takes"),
            key("upstreams", new Named(UPSTREAM), "registries behind, by names of one's choice"),
            key("routes", new ListOf(ROUTE), "ways to them; the most specific name wins"),
            key("policies", POLICIES, "what is served of upstreams, by the names below a route's"),
            key("login", LOGIN, "who comes in; everybody unless set"));

    private SiteShape() {}
}
