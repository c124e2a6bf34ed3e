package io.github.registryproxy.tests.spec;

import java.net.URI;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Any registry that is running, for who names this class: its address is in {@code REGISTRY_UNDER_TEST}. */
final class AnyRegistry extends DistributionContract {
    @Override
    public RegistryClient client() {
        String address = Objects.requireNonNull(System.getenv("REGISTRY_UNDER_TEST"), "REGISTRY_UNDER_TEST is not set");
        return new RegistryClient(URI.create(address), UnaryOperator.identity());
    }
}
