package io.github.registryproxy.policy;

import io.github.registryproxy.Attribute;
import io.github.registryproxy.Identity;
import io.github.registryproxy.LogFields;
import io.github.registryproxy.RegistryRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/** Is told each refusal of a policy, before the client is. Called from many threads, so implementations are quick and safe. */
@FunctionalInterface
public interface Audit {
    /** On a request whose policies only say what they would refuse, and let it pass. */
    Attribute<Boolean> DRY_RUN = Attribute.named("dry run");

    /**
     * @param policy the name of the policy, such as {@code AllowTags}
     * @param rule which rule of it decided, without secrets; may hold what the client chose
     */
    void refused(RegistryRequest request, String policy, String rule);

    /** Whether what is refused passes all the same. */
    static boolean isDryRun(RegistryRequest request) {
        return request.get(DRY_RUN).orElse(false);
    }

    /**
     * One line per refusal, to the system logger {@code io.github.registryproxy.audit} at level INFO: verdict, who, where from,
     * method, operation, repository, reference, policy, rule.
     *
     * <pre>{@code
     * REFUSED alice 192.0.2.7 GET PullManifest app dev AllowTags no rule allows it
     * }</pre>
     */
    static Audit log() {
        Logger log = System.getLogger("io.github.registryproxy.audit");
        return (request, policy, rule) -> log.log(Level.INFO, "{0}", line(request, policy, rule));
    }

    /** The line that {@link #log} writes. */
    static String line(RegistryRequest request, String policy, String rule) {
        String who = request.get(Identity.ATTRIBUTE).map(Identity::name).orElse("-");
        StringBuilder text = new StringBuilder();
        rule.chars().limit(512).forEach(c -> text.append(Character.isISOControl(c) ? '?' : (char) c));
        return String.join(
                " ",
                isDryRun(request) ? "WOULD-REFUSE" : "REFUSED",
                LogFields.shown(who),
                request.client().address(),
                LogFields.shown(request.method()),
                request.operation().getClass().getSimpleName(),
                LogFields.subject(request.operation()),
                policy,
                text);
    }

    /** All of them, in that order. */
    static Audit all(List<Audit> audits) {
        List<Audit> copy = List.copyOf(audits);
        return (request, policy, rule) -> copy.forEach(audit -> audit.refused(request, policy, rule));
    }
}
