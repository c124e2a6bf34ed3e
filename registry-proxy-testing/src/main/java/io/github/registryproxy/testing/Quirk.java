package io.github.registryproxy.testing;

/** A way in which registries differ from the specification or from each other. */
public enum Quirk {
    /** Locations are absolute, with scheme and host: the distribution registry unless {@code http.relativeurls} is set. */
    ABSOLUTE_LOCATIONS,

    /**
     * Locations are relative to the path of the request ({@code ../7}). No registry is known for it; RFC 9110 section 10.2.2
     * allows it, and clients resolve it.
     */
    RELATIVE_LOCATIONS,

    /**
     * Uploads go on at an absolute location of another shape, outside {@code /v2/}: Google's Artifact Registry ({@code
     * /artifacts-uploads/namespaces/…/uploads/…}).
     */
    FOREIGN_UPLOADS,

    /**
     * Blobs are served by a redirect (307) to another host with a signed query, which refuses requests that carry
     * Authorization: Docker Hub, Amazon ECR, Google's Artifact Registry, the distribution registry on S3.
     */
    REDIRECTS_BLOBS,

    /** A POST with a digest and a whole blob begins an upload instead (202): the distribution registry. */
    NO_SINGLE_POST,

    /** Nothing is mounted, an upload begins instead (202): registries that do not share blobs, as Amazon ECR by default. */
    NO_MOUNT,

    /** Lists are cut at {@code n} but nothing says that there is more: old registries before the Link field was required. */
    NO_LINK,

    /** Lists come whole, whatever {@code n} is: Google Container Registry. */
    IGNORES_N,

    /** Errors are HTML pages: any registry behind a load balancer or web server that answers for it, as Harbor's nginx. */
    HTML_ERRORS,

    /** Errors name the repository as the registry knows it, in message and detail: the distribution registry. */
    LEAKS_NAMES_IN_ERRORS,

    /** A manifest asked for by tag comes without Docker-Content-Digest: Amazon ECR. */
    NO_DIGEST_HEADER,

    /** Range is ignored, the whole blob comes with 200: proxies that fill a cache on the first request, as Harbor's. */
    NO_RANGES,

    /** Referrers are unknown (404) and OCI-Subject is never sent: the distribution registry before version 3, GitHub's. */
    NO_REFERRERS_API,

    /** Nothing can be deleted (405): the distribution registry unless {@code storage.delete.enabled} is set. */
    NO_DELETE
}
