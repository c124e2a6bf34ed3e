package io.github.registryproxy.facade.model;

import java.nio.file.Path;
import java.util.List;

/**
 * A login at the proxy itself.
 *
 * @param users the file with names and hashes, which may change
 * @param tokens whether it is exchanged for tokens, or shown with each request
 * @param tokenKeys what signs them, and what did so before; none: random
 * @param grants who may do what
 */
public record OwnLogin(Path users, boolean tokens, List<String> tokenKeys, List<Grant> grants) {
    @Override
    public String toString() {
        return "OwnLogin[" + users + ", " + grants + ", keys not shown]";
    }
}
