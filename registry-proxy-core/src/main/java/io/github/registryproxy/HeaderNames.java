package io.github.registryproxy;

/** Names of header fields, as the specifications spell them. */
public final class HeaderNames {
    public static final String ACCEPT = "Accept";
    public static final String ACCEPT_ENCODING = "Accept-Encoding";
    public static final String ACCEPT_RANGES = "Accept-Ranges";
    public static final String ALLOW = "Allow";
    public static final String AUTHORIZATION = "Authorization";
    public static final String CACHE_CONTROL = "Cache-Control";
    public static final String CONNECTION = "Connection";
    public static final String CONTENT_ENCODING = "Content-Encoding";
    public static final String CONTENT_LENGTH = "Content-Length";
    public static final String CONTENT_RANGE = "Content-Range";
    public static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
    public static final String CONTENT_TYPE = "Content-Type";
    public static final String COOKIE = "Cookie";
    public static final String DOCKER_CONTENT_DIGEST = "Docker-Content-Digest";
    public static final String DOCKER_DISTRIBUTION_API_VERSION = "Docker-Distribution-API-Version";
    public static final String ETAG = "ETag";
    public static final String HOST = "Host";
    public static final String IF_MATCH = "If-Match";
    public static final String IF_NONE_MATCH = "If-None-Match";
    public static final String IF_RANGE = "If-Range";
    public static final String LAST_MODIFIED = "Last-Modified";
    public static final String LINK = "Link";
    public static final String LOCATION = "Location";
    public static final String OCI_FILTERS_APPLIED = "OCI-Filters-Applied";
    public static final String OCI_NAMESPACE = "OCI-Namespace";
    public static final String OCI_SUBJECT = "OCI-Subject";
    public static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
    public static final String RANGE = "Range";
    public static final String RATELIMIT_LIMIT = "RateLimit-Limit";
    public static final String RATELIMIT_REMAINING = "RateLimit-Remaining";
    public static final String RATELIMIT_RESET = "RateLimit-Reset";
    public static final String RETRY_AFTER = "Retry-After";
    public static final String SET_COOKIE = "Set-Cookie";
    public static final String TRANSFER_ENCODING = "Transfer-Encoding";
    public static final String USER_AGENT = "User-Agent";
    public static final String VARY = "Vary";
    public static final String WARNING = "Warning";
    public static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    public static final String X_FORWARDED_FOR = "X-Forwarded-For";

    private HeaderNames() {}
}
