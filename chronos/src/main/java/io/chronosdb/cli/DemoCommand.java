package io.chronosdb.cli;
@picocli.CommandLine.Command(name="DemoCommand")
final class DemoCommand implements Runnable { public void run() {} }
