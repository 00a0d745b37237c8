package io.chronosdb.cli;
@picocli.CommandLine.Command(name="RebuildCommand")
final class RebuildCommand implements Runnable { public void run() {} }
