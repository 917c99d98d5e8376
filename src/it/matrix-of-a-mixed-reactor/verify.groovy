import groovy.json.JsonSlurper

def read = { String name -> new JsonSlurper().parse(new File(basedir, "target/${name}.json")).include }

// A job for each platform, with the modules that have it; those without an image are in none.
def platforms = read('platforms')
assert platforms*.id == ['linux-amd64', 'linux-arm64', 'linux-s390x']
assert platforms*.runner == ['linux && amd64', 'linux && arm64', 'mainframe']
assert platforms*.args*.replaceAll(/ -D.*/, '') == [
    '-pl api,batch,group/tools -am', '-pl api,two,group/tools -am', '-pl two -am']

def modules = read('modules')
assert modules*.id as Set == [
    'api-linux-amd64', 'api-linux-arm64', 'batch-linux-amd64', 'two-linux-arm64', 'two-linux-s390x',
    'tools-linux-amd64', 'tools-linux-arm64'] as Set
assert modules.find { it.id == 'tools-linux-arm64' } == [
    id: 'tools-linux-arm64', module: 'group/tools', name: 'tools', platform: 'linux/arm64',
    runner: 'ubuntu-24.04-arm',
    args: '-pl group/tools -am -Dmultiarch.only=linux/arm64 -Dmaven.deploy.skip=true']

def log = new File(basedir, 'build.log').text
assert log.contains("No runner of github is known for linux/s390x: its job goes to 'ubuntu-24.04'")
assert !log.contains('No runner of jenkins')
// The JSON is on standard output as well.
assert log.readLines().any { it.endsWith(']}') && it.contains('{"include":[{"id":"api-linux-amd64","module"') }
