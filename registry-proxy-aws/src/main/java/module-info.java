/** Credentials for Amazon ECR; start at {@link io.github.registryproxy.aws.EcrCredentials}. */
module io.github.registryproxy.aws {
    requires transitive io.github.registryproxy.core;
    requires java.xml;

    exports io.github.registryproxy.aws;

    provides io.github.registryproxy.auth.CredentialsKind with
            io.github.registryproxy.aws.AwsCredentialsKind;
}
