package io.github.registryproxy.facade;

import io.github.registryproxy.facade.document.DocumentNode;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checker;
import io.github.registryproxy.facade.schema.JsonSchema;
import io.github.registryproxy.facade.schema.Printer;
import io.github.registryproxy.facade.schema.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a configuration file says, checked and with the files read that it names: a listener, a login, images of one's own, any
 * number of upstreams and routes to them.
 *
 * <pre>{@code
 * SiteConfiguration said = SiteConfiguration.read(document, System.getenv());
 * Facade facade = Facade.of(Metrics.NONE, said);
 * }</pre>
 */
public final class SiteConfiguration {
    private final Checked.Group checked;
    private final Site site;
    private final Listener listener;
    private final Optional<Listener> metrics;

    private SiteConfiguration(Checked.Group checked, Site site, Listener listener, Optional<Listener> metrics) {
        this.checked = checked;
        this.site = site;
        this.listener = listener;
        this.metrics = metrics;
    }

    /**
     * Reads a document; nothing is opened or asked yet.
     *
     * @param environment for {@code ${NAME}} and {@code ${NAME:default}} in values, and for the clouds' ways to log in
     * @throws ConfigurationException with all that is wrong
     */
    public static SiteConfiguration read(DocumentNode document, Map<String, String> environment)
            throws ConfigurationException {
        Problems problems = new Problems();
        Checked.Group checked = new Checker(environment, problems).check(document, SiteShape.SITE);
        SiteReader reader = new SiteReader(checked, environment, problems);
        try {
            SiteConfiguration read = new SiteConfiguration(checked, reader.site(), reader.listener(), reader.metrics());
            if (problems.isEmpty()) {
                return read;
            }
        } catch (SettingException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        throw new ConfigurationException(problems.lines());
    }

    /** Where the server listens. */
    public Listener listener() {
        return listener;
    }

    /** Where metrics are served; empty for nowhere. */
    public Optional<Listener> metricsListener() {
        return metrics;
    }

    /** What is right as far as it goes, and may still not be meant; a line each, without secrets. */
    public List<String> warnings() {
        return Warnings.ofFile(site, checked.find("policies").isPresent());
    }

    /** All values that count, defaults among them, as YAML with the origin of each; secrets as {@code ***}. */
    public String print() {
        return Printer.print(checked);
    }

    /** What may stand in a file, as JSON Schema (draft 2020-12) for editors. */
    public static String schema() {
        return JsonSchema.of(SiteShape.SITE);
    }

    Checked.Group checked() {
        return checked;
    }

    Site site() {
        return site;
    }
}
