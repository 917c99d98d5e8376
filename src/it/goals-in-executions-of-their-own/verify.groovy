import groovy.json.JsonSlurper

def image = new JsonSlurper().parse(new File(basedir, 'target/multiarch/image.json'))
assert image.published
assert image.tags == ['1.0', 'latest']
def entries = new JsonSlurper().parse(new File(basedir, 'target/images/own-executions/index.json')).manifests
assert entries*.digest.unique() == [image.digest]
assert entries*.annotations*.get('org.opencontainers.image.ref.name').sort() == ['1.0', 'latest']
