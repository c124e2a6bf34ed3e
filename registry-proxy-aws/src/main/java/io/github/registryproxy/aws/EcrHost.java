package io.github.registryproxy.aws;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a registry of Amazon's tells about its API.
 *
 * @param service {@code ecr} or {@code ecr-public}
 * @param api where GetAuthorizationToken is asked
 * @param partition the domain that the region's other services are in
 */
record EcrHost(String service, String region, URI api, String partition) {
    private static final String PUBLIC = "public.ecr.aws";
    private static final Pattern PRIVATE =
            Pattern.compile("[0-9]{12}\\.dkr\\.ecr(-fips)?\\.([a-z0-9-]{1,40})\\.(amazonaws\\.com(?:\\.cn|\\.eu)?"
                    + "|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov|cloud\\.adc-e\\.uk|csp\\.hci\\.ic\\.gov)");
    private static final Pattern DUAL_STACK = Pattern.compile(
            "[0-9]{12}\\.dkr-ecr(-fips)?\\.([a-z0-9-]{1,40})\\.on\\.(aws|amazonwebservices\\.com\\.cn)");

    static EcrHost of(URI registry) throws IOException {
        String host = registry.getHost().toLowerCase(Locale.ROOT);
        if (host.equals(PUBLIC) || host.equals("ecr-public.aws.com")) {
            // Its API is in one region for all the world.
            return new EcrHost(
                    "ecr-public",
                    "us-east-1",
                    URI.create("https://api.ecr-public.us-east-1.amazonaws.com/"),
                    "amazonaws.com");
        }
        Matcher name = PRIVATE.matcher(host);
        if (name.matches()) {
            String region = name.group(2);
            String first = name.group(1) == null ? "api.ecr" : "ecr-fips";
            URI api = URI.create("https://" + first + "." + region + "." + name.group(3) + "/");
            return new EcrHost("ecr", region, api, name.group(3));
        }
        Matcher dual = DUAL_STACK.matcher(host);
        if (dual.matches()) {
            String region = dual.group(2);
            boolean china = !dual.group(3).equals("aws");
            String fips = dual.group(1) == null ? "" : "-fips";
            URI api = URI.create(
                    "https://ecr" + fips + "." + region + (china ? ".api.amazonwebservices.com.cn/" : ".api.aws/"));
            return new EcrHost("ecr", region, api, china ? "amazonaws.com.cn" : "amazonaws.com");
        }
        throw new IOException(host + " is no registry of Amazon ECR: expected 123456789012.dkr.ecr.REGION.amazonaws.com"
                + " or public.ecr.aws");
    }
}
