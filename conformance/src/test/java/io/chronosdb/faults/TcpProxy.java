package io.chronosdb.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A port of 127.0.0.1 in front of a server, through which everybody reaches it. It can be a bad network: slow, cut, or silent. A mode holds for
 * all its connections, old and new, until the next one.
 */
final class TcpProxy implements AutoCloseable {
    /** What becomes of bytes. */
    enum Mode {
        PASS,
        /** They arrive late. */
        DELAY,
        /** Connections are reset, also new ones. */
        CUT,
        /** Connections stay and are accepted, and nothing arrives at either end. */
        HALF_OPEN,
        /** What clients send arrives, and answers do not, until the mode is over: then they arrive late. */
        ONE_WAY
    }

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int BACKLOG = 200;
    private static final int DELAY_MILLIS = 150;
    private static final int CONNECT_MILLIS = 2_000;
    private static final long STACK_BYTES = 128 << 10;

    private final ServerSocket server;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private Mode mode = Mode.PASS;
    private boolean closed;

    TcpProxy(int port, int target) {
        this.target = target;
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept, "proxy-" + port);
    }

    int port() {
        return server.getLocalPort();
    }

    /** From now on the network is like this. A half-open connection does not come back: it is reset in the end. */
    void mode(Mode wanted) {
        Mode before;
        synchronized (changed) {
            before = mode;
            mode = wanted;
            changed.notifyAll();
        }
        if (wanted == Mode.CUT || before == Mode.HALF_OPEN) {
            cut(link -> true);
        }
    }

    /** Resets some of the connections that there are; new ones pass. */
    void cut(Predicate<Object> which) {
        links.stream().filter(which).forEach(Link::close);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                new Link(server.accept()).open();
            } catch (IOException e) {
                // One connection less; the loop ends when the proxy is closed.
            }
        }
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for as long as the mode wants bytes of this direction to wait. */
    private void pass(boolean answer) throws InterruptedException {
        synchronized (changed) {
            if (mode == Mode.DELAY) {
                changed.wait(DELAY_MILLIS);
            }
            while (!closed && (mode == Mode.HALF_OPEN || (answer && mode == Mode.ONE_WAY))) {
                changed.wait();
            }
        }
    }

    private boolean refuses() {
        synchronized (changed) {
            return closed || mode == Mode.CUT;
        }
    }

    @Override
    public void close() {
        synchronized (changed) {
            closed = true;
            changed.notifyAll();
        }
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut(link -> true);
    }

    /** A client's connection, and the one to the server behind it. */
    private final class Link {
        private final Socket client;
        private final Socket upstream = new Socket();

        Link(Socket client) {
            this.client = client;
        }

        void open() {
            links.add(this);
            if (refuses()) {
                close();
            } else {
                start(this::connect, "proxy-up-" + port());
            }
        }

        private void connect() {
            try {
                pass(false);
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
                start(() -> pump(upstream, client, true), "proxy-down-" + port());
                pump(client, upstream, false);
            } catch (IOException | InterruptedException e) {
                close();
            }
        }

        private void pump(Socket from, Socket to, boolean answer) {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    pass(answer);
                    out.write(buffer, 0, n);
                }
            } catch (IOException | InterruptedException e) {
                // The link is over.
            }
            close();
        }

        /** With RST, as by a network that forgot the connection. */
        void close() {
            links.remove(this);
            for (Socket socket : new Socket[] {client, upstream}) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    // It was closed already.
                }
            }
        }
    }
}
